"""Energy that goes on flowing, whatever somebody else does: by the register of the transaction."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from harness.evidence.matchers import Check, fact
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import REGISTER, samples
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.measured import Reading, energy, readings

#: Wh that a meter may show of a cable without energy.
_NOTHING = 1
#: Seconds after which a station has asked its meter again, and the share of a case that may take.
_BEHIND, _SHARE = 30.0, 0.1


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


async def expect_no_more_energy(
    csms: FakeCSMS,
    step: int,
    session: Session,
    requirement: str,
    what: str = "energy after the stop",
) -> None:
    """The meter of the session's EVSE stands still, where the station shows it when triggered.

    A station may ask its meter now and then, and be behind at first.
    """
    pause = min(_BEHIND, _SHARE * csms.sut.limits.case)
    await csms.inbox.wait(lambda: None, pause)
    before = await _meter(csms, session.evse)
    if before is None:
        return
    await csms.inbox.wait(lambda: None, pause)
    after = await _meter(csms, session.evse)
    if after is None:
        return
    text, grown = f"at most {_NOTHING} Wh in {pause:g} s", after - before
    wanted = fact("energy", at_most=_NOTHING)
    check = Check(what, text, f"{grown:g} Wh", grown <= _NOTHING, wanted)
    csms.judge(step, "MeterValuesRequest", [check], requirement)


async def _meter(csms: FakeCSMS, evse: int) -> Decimal | None:
    """What its register shows in Wh; None of a station that does not say."""
    mark = csms.mark()
    trigger = {"requestedMessage": "MeterValues", "evse": {"id": evse}}
    if "C-29.1" not in csms.sut.features:
        return None
    answer = await csms.consult("TriggerMessage", **trigger)
    if answer is None or answer.frame.payload.get("status") != "Accepted":
        return None

    def told() -> Arrival | None:
        found = (a for a in csms.inbox.unclaimed(mark) if a.action == "MeterValues")
        return next((a for a in found if a.payload.get("evseId") == evse), None)

    arrival = await csms.inbox.wait(told, csms.sut.limits.event)
    if arrival is None:
        return None
    csms.claim("post", arrival)
    shown = samples(arrival.traffic.frame.payload)
    return next((s.value for s in shown if s.meter == (REGISTER, "", "Outlet")), None)
