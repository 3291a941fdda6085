"""Energy that goes on flowing, whatever somebody else does: by the register of the transaction."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from harness.evidence.matchers import Check, fact
from harness.ocppj.frames import Payload
from harness.ocppj.metered import REGISTER
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.measured import Reading, energy, readings


@dataclass(frozen=True)
class Flow:
    """Energy that flows until ``mark``, in events of a transaction.

    ``pause``: the longest time in seconds in which its register stood still between two values;
    None of a station that does not tell it, or of a vehicle that takes nothing.
    """

    mark: int
    pause: float | None


async def tell_energy(csms: FakeCSMS) -> None:
    """Have the register told during a transaction, as far as that is a choice (J02.FR.11)."""
    values = {
        "SampledDataCtrlr.TxUpdatedMeasurands": REGISTER,
        "SampledDataCtrlr.TxUpdatedInterval": str(csms.sut.configured.tx_updated_interval),
    }
    await csms.configure(values, if_writable=True)


async def watch_energy(csms: FakeCSMS, session: Session) -> Flow:
    """See how the register of a transaction grows before somebody does something."""
    limits, interval = csms.sut.limits, csms.sut.configured.tx_updated_interval
    await csms.inbox.wait(
        lambda: _pause(readings(csms, session)) is not None or None,
        3 * interval + limits.event,
    )
    return Flow(csms.mark(), _pause(readings(csms, session)))


def _pause(shown: Sequence[Reading]) -> float | None:
    """Of a register that has moved twice."""
    moved = [b for a, b in itertools.pairwise(shown) if b.wh > a.wh]
    stood = [(b.moment - a.moment).total_seconds() for a, b in itertools.pairwise(moved)]
    return max(stood, default=None)


async def expect_energy(
    csms: FakeCSMS, step: int, session: Session, flow: Flow, requirement: str
) -> None:
    """It goes on growing, unless nobody could see it before, or the vehicle has had enough."""
    if flow.pause is None:
        return
    limit = round(4 * flow.pause + csms.sut.limits.event)

    def grown() -> float:
        return energy(readings(csms, session, flow.mark))

    await csms.inbox.wait(lambda: grown() > 0 or _has_enough(csms, session, flow) or None, limit)
    if _has_enough(csms, session, flow):
        return
    what, text = "energy of the transaction", f"more than 0 Wh in {limit} s"
    shown, wanted = grown(), fact("energy", more_than=0)
    check = Check(what, text, f"{shown:g} Wh", shown > 0, wanted)
    csms.judge(step, "TransactionEventRequest", [check], requirement)


def _has_enough(csms: FakeCSMS, session: Session, flow: Flow) -> bool:
    """Whether the vehicle itself takes no energy, as the station says."""
    states = (
        inner(cast(Payload, a.payload), "transactionInfo").get("chargingState")
        for a in csms.events_of(session, flow.mark)
    )
    return "SuspendedEV" in states
