"""TransactionEvents that a station has kept while it was offline (E11, E12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from harness.evidence.matchers import ABSENT, PRESENT, Check, Place, compare, one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Closed, Opened
from harness.ocppj.payloads import inner
from harness.peers.answering import Reply
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.offline import metered_time
from harness.steps_cs.back_off import set_back_off
from harness.steps_cs.kept_events import complete, judge_duration, judge_samples, number
from harness.steps_cs.offline import THRESHOLD, expect_told_once_back

#: Why a driver's visit has events (TriggerReasonEnumType).
_REASONS = (
    *("EVDetected", "CablePluggedIn", "Authorized", "SignedDataReceived", "ChargingStateChanged"),
    *("MeterValuePeriodic", "MeterValueClock", "StopAuthorized", "EVCommunicationLost"),
    *("EVDeparted", "Deauthorized", "ChargingRateChanged", "EnergyLimitReached"),
    "TimeLimitReached",
)
#: A driver who stops and unplugs may be left unsaid (E06.FR.09); a vehicle may have stopped first.
_BY_DRIVER = one_of("Local", "EVDisconnected", "StoppedByEV", ABSENT)


async def keep_offline(csms: FakeCSMS, seconds: float = 0) -> None:
    """Set the station up so that it stays offline ``seconds`` longer and loses nothing by it."""
    wait = metered_time(csms) + seconds
    await csms.configure({THRESHOLD: str(int(wait) + 60)})
    await set_back_off(csms, int(wait))


async def sample_energy(csms: FakeCSMS) -> None:
    """Have meter values sent during a transaction, more often than the station is offline."""
    configured = csms.sut.configured
    await csms.configure(
        {
            "SampledDataCtrlr.TxUpdatedMeasurands": configured.tx_updated_measurands,
            "SampledDataCtrlr.TxUpdatedInterval": str(configured.tx_updated_interval),
        }
    )


@asynccontextmanager
async def events_held(csms: FakeCSMS) -> AsyncGenerator[None]:
    """Answer no TransactionEvent until the block is done: what was kept stays in the queue."""
    free = asyncio.Event()

    def answer(payload: Payload) -> Reply:
        base = csms.usual_answer("TransactionEvent", payload)
        return Reply(base.payload, held=free)

    csms.answer_by("TransactionEvent", answer)
    try:
        yield
    finally:
        free.set()
        csms.answer_by_default("TransactionEvent")


async def expect_sampled_queue(csms: FakeCSMS, step: int, session: Session) -> None:
    """Meter values of the offline period are delivered, each event marked so (E11.FR.02-03)."""
    mark = _reconnected(csms)
    metered = await csms.expect_transaction_event(
        step,
        session,
        since=mark,
        eventType="Updated",
        offline=True,
        meterValue=PRESENT,
        requirement="E11.FR.02, E11.FR.03",
    )
    await _goes_on(csms, session, lambda: _delivered(csms, session, metered))
    await _goes_on(csms, session, lambda: complete(csms, session))
    kept = _queued(csms, session)
    for arrival in kept:
        metering = str(cast(Payload, arrival.payload)["triggerReason"]).startswith("MeterValue")
        wanted: dict[str, Any] = {"eventType": "Updated", "offline": True}
        _judge_kept(csms, step, arrival, wanted | ({"meterValue": PRESENT} if metering else {}))
    judge_samples(csms, step, kept, metered_time(csms))


async def expect_ended_queue(
    csms: FakeCSMS, step: int, session: Session, *, started: bool = False, stop: str = ""
) -> None:
    """The rest of a transaction that ended offline, each event marked so (E12.FR.02).

    ``started``: its beginning is among it. ``stop``: triggerReason of the event of its stop, where
    the page wants that as well.
    """
    mark = _reconnected(csms)
    await wait_for_end(csms, session)
    ended = await csms.expect_transaction_event(
        step,
        session,
        since=mark,
        within=0,
        eventType="Ended",
        offline=True,
        requirement="E12.FR.02",
    )
    # What was kept may come in any order (Part 6, 2.1).
    await _goes_on(csms, session, lambda: complete(csms, session, started=started))
    kinds = ("Started", "Updated", "Ended") if started else ("Updated", "Ended")
    kept = csms.events_of(session, mark)
    for arrival in kept:
        _judge_kept(csms, step, arrival, {"eventType": one_of(*kinds), "offline": True})
    reason = compare({"transactionInfo": {"stoppedReason": _BY_DRIVER}}, ended.payload)
    csms.judge(step, "TransactionEventRequest", reason, "E06.FR.08-09", frame=ended.id)
    if started:
        _judge_told(csms, step, kept, "eventType", "Started", "E12.FR.01")
        judge_duration(csms, step, kept, csms.sut.configured.transaction_duration)
    if stop:
        _judge_told(csms, step, kept, "triggerReason", stop, "E07.FR.02, E02.FR.13")


def _judge_told(
    csms: FakeCSMS, step: int, kept: list[Arrival], field: str, value: str, requirement: str
) -> None:
    told = [str(cast(Payload, arrival.payload)[field]) for arrival in kept]
    having = [a.id for a, said in zip(kept, told, strict=True) if said == value]
    kinds = {a.payload["eventType"] for a in kept if a.id in having}
    # An Updated event may tell the reason beside the end that it brings (E02.FR.16).
    once = len(having) == 1 or (kinds == {"Updated", "Ended"} and len(having) == len(kinds))
    ok = once or (value == "ChargingStateChanged" and value in told)
    path, seen = f"$.{field}", ", ".join(told)
    where = tuple(Place(each, path if len(having) == 1 else "$") for each in having)
    check = Check(path, f"{value} in one event", seen, ok, value, where)
    csms.judge(step, "TransactionEventRequest", [check], requirement)


async def expect_left(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """The connector is free again, which the station has to tell once it is back (B04.FR.01-02)."""
    await expect_told_once_back(csms, step, session, "Available", since=since)


def refuse_token(csms: FakeCSMS) -> None:
    """Say of every idToken in a TransactionEvent that it is invalid."""

    def answer(payload: Payload) -> Reply:
        base = csms.usual_answer("TransactionEvent", payload)
        return Reply({"idTokenInfo": {"status": "Invalid"}}) if "idToken" in payload else base

    csms.answer_by("TransactionEvent", answer)


def claim_queue(csms: FakeCSMS, step: int, session: Session) -> None:
    """Whatever else happened offline has been delivered beside what was expected."""
    for arrival in _queued(csms, session):
        _judge_kept(csms, step, arrival, {"offline": True})


def _judge_kept(csms: FakeCSMS, step: int, arrival: Arrival, wanted: Payload) -> None:
    """An event of the offline period: for a reason that was there, with a token that was there."""
    if not arrival.claimed_by:
        csms.claim(step, arrival)
    tokens = csms.sut.tokens
    drivers = [csms.same_token(token) for token in (tokens.valid, tokens.valid2)]
    if csms.sut.start_button:
        drivers.append({"idToken": "", "type": "NoAuthorization"})  # C02.FR.01
    expected = {
        "triggerReason": one_of(*_REASONS),
        "idToken": one_of(ABSENT, *drivers),
        **wanted,
    }
    checks = compare(expected, cast(Payload, arrival.payload))
    message, source = "TransactionEventRequest", "E02.FR.15, E11.FR.02, E12.FR.02"
    csms.judge(step, message, checks, source, frame=arrival.id)


def _queued(csms: FakeCSMS, session: Session) -> list[Arrival]:
    """Events told since the reconnection, in order up to the last that happened offline."""
    later = sorted(csms.events_of(session, _reconnected(csms)), key=number)
    marked = [at for at, a in enumerate(later) if cast(Payload, a.payload).get("offline") is True]
    return later[: marked[-1] + 1] if marked else []


async def wait_for_end(csms: FakeCSMS, session: Session) -> None:
    """Wait for the last event of the transaction, as long as others keep coming before it."""
    await _goes_on(csms, session, lambda: _has_ended(csms, session, _reconnected(csms)))


async def wait_for_charging(csms: FakeCSMS, session: Session) -> None:
    """Wait for the event of the energy, as long as others keep coming before it."""

    def charged() -> bool | None:
        infos = (
            inner(cast(Payload, a.payload), "transactionInfo") for a in csms.events_of(session)
        )
        return any(info.get("chargingState") == "Charging" for info in infos) or None

    await _goes_on(csms, session, charged)


async def _goes_on(csms: FakeCSMS, session: Session, done: Callable[[], bool | None]) -> None:
    """Wait until it is done, as long as each event comes in time: no time is set for a queue."""
    seen = -1
    while done() is None and (count := len(csms.events_of(session))) > seen:
        seen = count
        await csms.inbox.wait(
            lambda seen=seen: done() or len(csms.events_of(session)) > seen or None,
            csms.sut.limits.event,
        )


def _has_ended(csms: FakeCSMS, session: Session, since: int) -> bool | None:
    told = csms.events_of(session, since)
    return any(a.payload["eventType"] == "Ended" for a in told) or None


def _delivered(csms: FakeCSMS, session: Session, last: Arrival) -> bool | None:
    """Whether an event that did not happen offline has followed."""
    later = csms.events_of(session, last.mark + 1)
    return any(cast(Payload, a.payload).get("offline") is not True for a in later) or None


def _reconnected(csms: FakeCSMS) -> int:
    """Place of the connection after the last interruption."""
    events = csms.inbox.events
    closed = max((at for at, e in enumerate(events) if isinstance(e, Closed)), default=0)
    opened = (at for at, e in enumerate(events) if isinstance(e, Opened) and at >= closed)
    return next(opened, closed)
