"""How long the proofs wait for what must pass; a kit says how long where nothing is to come."""

from __future__ import annotations

from dataclasses import replace

from harness.spec.roles import Role
from harness.sut.model import Limits
from harness.testbed.kits import embedded_sut


def patient(role: Role) -> Limits:
    """The embedded system's, patient enough for a machine that is busy with other things."""
    return replace(embedded_sut(role).limits, response=10, event=10, boot=15, connect=15)
