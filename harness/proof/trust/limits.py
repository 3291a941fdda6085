"""How long the proofs wait: patiently for what must pass, briefly where nothing is to come."""

from __future__ import annotations

from dataclasses import replace

from harness.proof.embedded_run import embedded_sut
from harness.spec.roles import Role
from harness.sut.model import Limits


def patient(role: Role) -> Limits:
    """The embedded system's, patient enough for a machine that is busy with other things."""
    return replace(embedded_sut(role).limits, response=10, event=10, boot=15, connect=15)


#: Long enough for the embedded systems on a busy machine; most faults cost one of these waits.
BRIEF = {
    Role.STATION: Limits(
        response=2.5, event=1.0, boot=2.0, connect=2.6, silence=0.3, operator=5, case=30
    ),
    Role.CSMS: Limits(response=0.8, event=0.6, boot=3, connect=4, silence=0.3, operator=5, case=30),
}
