"""TransactionEvents that the CSMS does not take, or that a station has kept while offline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from harness.answering import Reply
from harness.answers import csms_answer
from harness.fake_csms import FakeCSMS
from harness.inbox import Arrival, Closed, Opened
from harness.match import ABSENT, PRESENT, Check, compare, one_of
from harness.offline import RANDOM_RANGE, THRESHOLD, WAIT_MINIMUM, stay_offline
from harness.session import Session
from harness.wire import Payload

ATTEMPTS = "OCPPCommCtrlr.MessageAttempts[TransactionEvent]"
INTERVAL = "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]"
TIMEOUT = "OCPPCommCtrlr.MessageTimeout[Default]"

#: Why a driver's visit has events (TriggerReasonEnumType).
_REASONS = (
    *("EVDetected", "CablePluggedIn", "Authorized", "SignedDataReceived", "ChargingStateChanged"),
    *("MeterValuePeriodic", "MeterValueClock", "StopAuthorized", "EVCommunicationLost"),
    *("EVDeparted", "Deauthorized"),
)
#: A driver who stops and unplugs may be left unsaid (E06.FR.09); a vehicle may have stopped first.
_BY_DRIVER = one_of("Local", "EVDisconnected", "StoppedByEV", ABSENT)

#: Seconds by which a retry may come too early: the clocks of both sides are not the same.
_EARLY = 0.5


# -- retries


async def set_attempts(csms: FakeCSMS, attempts: int) -> None:
    """Have failed TransactionEvents sent so many times in all, at the configured interval."""
    interval = csms.sut.configured.message_attempt_interval
    await csms.configure({ATTEMPTS: str(attempts), INTERVAL: str(interval)})


def fail_charging(csms: FakeCSMS, *, code: str = "", takes: int = 0) -> None:
    """Do not take the event that tells of the energy: no answer, or a CALLERROR.

    ``takes``: the transmission that is taken after all (2 is the second one).
    """
    seen: list[Any] = []

    def answer(payload: Payload) -> Reply:
        taken = csms_answer(csms.sut, "TransactionEvent", payload)
        if payload["transactionInfo"].get("chargingState") != "Charging":
            return taken
        seen.append(payload["seqNo"])
        if seen[0] != payload["seqNo"] or len(seen) == takes:
            return taken
        return Reply(code=code) if code else Reply(held=asyncio.Event())

    csms.answer_by("TransactionEvent", answer)


@dataclass(frozen=True)
class Retries:
    """What the page expects of the transmissions of one event; times in seconds.

    After each the station waits ``interval`` times the number of transmissions so far, after
    ``timeout`` has passed without answer; ``slack``: by how much it may be later than that.
    """

    interval: float
    timeout: float
    slack: float

    def least(self, before: int) -> float:
        """Shortest time between a transmission and the next, ``before`` of them made so far."""
        return self.interval * before + self.timeout

    def most(self, before: int) -> float:
        """Longest such time."""
        return self.least(before) + self.slack


async def retries(csms: FakeCSMS, *, answered: bool, page_timeout: bool = False) -> Retries:
    """The times of the station as it is set up.

    ``page_timeout``: the page adds the time-out where an answer came, which E13.FR.03 does not.
    """
    timeout = await csms.variables.read_number(TIMEOUT)
    csms.message_timeout = timeout
    slack = csms.sut.limits.event + (timeout if page_timeout else 0)
    interval = csms.sut.configured.message_attempt_interval
    return Retries(interval, 0 if answered else timeout, slack)


async def expect_transmissions(
    csms: FakeCSMS, step: int, session: Session, times: Retries, count: int
) -> None:
    """The event of the energy comes ``count`` times, in time, and then no more (E13.FR.02-04)."""

    def made() -> list[Arrival]:
        return _transmissions(csms, session)

    for number in range(1, count + 1):
        limit = times.most(number - 1) if number > 1 else csms.sut.limits.event
        await csms.inbox.wait(lambda n=number: len(made()) >= n or None, limit)
        _judge_transmission(csms, step, made(), number, times)
        if number == 1:
            _judge_sooner(csms, session, made()[0])
    last = made()[-1]
    await csms.silence(
        step,
        "another transmission of the event",
        lambda arrival: _key(arrival) == _key(last),
        seconds=times.least(count) + 2 * _EARLY,
        since=last.place + 1,
        requirement="E13.FR.02, E13.FR.04",
    )


def _judge_sooner(csms: FakeCSMS, session: Session, first: Arrival) -> None:
    """What may come before the energy: signed data (step 1), a suspended EVSE (step 3)."""
    signed: Payload = {"triggerReason": "SignedDataReceived"}
    suspended: Payload = {
        "triggerReason": "ChargingStateChanged",
        "transactionInfo": {"chargingState": "SuspendedEVSE"},
    }
    for arrival in csms.inbox.unclaimed():
        if arrival.place > first.place or not csms.belongs(arrival, session):
            continue
        for step, wanted in ((1, signed), (3, suspended)):
            checks = compare(wanted, cast(Payload, arrival.payload))
            if all(check.ok for check in checks):
                csms.claim(step, arrival)
                csms.judge(step, "TransactionEventRequest", checks, "E02.FR.17")


def _judge_transmission(
    csms: FakeCSMS, step: int, made: list[Arrival], number: int, times: Retries
) -> None:
    name = f"transmission {number}"
    if len(made) < number:
        expected = f"{name} of the event with chargingState Charging"
        actual = f"{len(made)} transmissions{csms.connection_note()}"
        csms.fail(step, "TransactionEventRequest", "", expected, actual, "E13.FR.02")
    checks = [Check("", f"{name} of the event with chargingState Charging", "sent", ok=True)]
    if number > 1:
        gap = made[number - 1].traffic.t - made[number - 2].traffic.t
        least, most = times.least(number - 1), times.most(number - 1)
        expected = f"{least:g} to {most:g} s after the one before"
        ok = least - _EARLY <= gap <= most
        checks.append(Check(f"time of {name}", expected, f"{gap:.2f} s", ok))
        first, again = (cast(Payload, made[at].payload) for at in (0, number - 1))
        checks.append(
            Check(f"content of {name}", "as before", _differing(first, again), first == again)
        )
    csms.judge(step, "TransactionEventRequest", checks, "E13.FR.02, E13.FR.03")
    csms.claim(step, made[number - 1])


def _differing(first: Payload, again: Payload) -> str:
    names = sorted(n for n in first.keys() | again.keys() if first.get(n) != again.get(n))
    return f"other {', '.join(names)}" if names else "as before"


def _transmissions(csms: FakeCSMS, session: Session) -> list[Arrival]:
    """All transmissions of the first event of the session that says Charging."""
    events = [a for a in csms.inbox.arrivals if csms.belongs(a, session)]
    charging = [a for a in events if _info(a).get("chargingState") == "Charging"]
    return [a for a in events if charging and _key(a) == _key(charging[0])]


def _info(arrival: Arrival) -> Payload:
    return cast(Payload, arrival.payload)["transactionInfo"]


def _key(arrival: Arrival) -> tuple[str, int] | None:
    """What tells a TransactionEvent from all others, however often it is sent."""
    if arrival.action != "TransactionEvent":
        return None
    return _info(arrival)["transactionId"], cast(Payload, arrival.payload)["seqNo"]


# -- offline


def metered_time(csms: FakeCSMS) -> int:
    """Seconds offline in which there are meter values (note of TC_E_29, TC_E_33, TC_E_40)."""
    configured = csms.sut.configured
    return max(configured.retry_back_off_wait_minimum, 2 * configured.tx_updated_interval)


async def keep_offline(csms: FakeCSMS, seconds: float = 0) -> None:
    """Set the station up so that it stays offline ``seconds`` longer and loses nothing by it."""
    wait = metered_time(csms) + seconds
    await csms.configure({THRESHOLD: str(int(wait) + 60)})
    await csms.configure({WAIT_MINIMUM: str(int(wait)), RANDOM_RANGE: "0"}, if_writable=True)


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
async def offline(csms: FakeCSMS, seconds: float = 0) -> AsyncGenerator[None]:
    """Close the connection and accept none until the block is done and ``seconds`` have passed."""
    for which in ("Start", "Stop"):
        await csms.tx_points(which)  # They cannot be asked for later.
    csms.refuse_connections()
    closed = await csms.disconnect()
    yield
    await stay_offline(seconds, since=closed.t)
    csms.accept_connections()


@asynccontextmanager
async def events_held(csms: FakeCSMS) -> AsyncGenerator[None]:
    """Answer no TransactionEvent until the block is done: what was kept stays in the queue."""
    free = asyncio.Event()

    def answer(payload: Payload) -> Reply:
        base = csms_answer(csms.sut, "TransactionEvent", payload)
        return Reply(base.payload, held=free)

    csms.answer_by("TransactionEvent", answer)
    try:
        yield
    finally:
        free.set()
        csms.answer_by_default("TransactionEvent")


async def expect_sampled_queue(csms: FakeCSMS, step: int, session: Session) -> None:
    """Meter values of the offline period are delivered, each event marked so (E11.FR.02-03)."""
    place = _reconnected(csms)
    metered = await csms.expect_transaction_event(
        step,
        session,
        since=place,
        eventType="Updated",
        offline=True,
        meterValue=PRESENT,
        requirement="E11.FR.02, E11.FR.03",
    )
    await csms.inbox.wait(lambda: _delivered(csms, session, metered), csms.sut.limits.silence)
    for arrival in _queued(csms, session):
        metering = str(cast(Payload, arrival.payload)["triggerReason"]).startswith("MeterValue")
        wanted: dict[str, Any] = {"eventType": "Updated", "offline": True}
        _judge_kept(csms, step, arrival, wanted | ({"meterValue": PRESENT} if metering else {}))


async def expect_ended_queue(
    csms: FakeCSMS, step: int, session: Session, *, started: bool = False, stop: str = ""
) -> None:
    """The rest of a transaction that ended offline, each event marked so (E12.FR.02).

    ``started``: its beginning is among it. ``stop``: triggerReason of the event of its stop, where
    the page wants that as well.
    """
    place = _reconnected(csms)
    await csms.expect_transaction_event(
        step, session, since=place, eventType="Ended", offline=True, requirement="E12.FR.02"
    )
    kinds = ("Started", "Updated", "Ended") if started else ("Updated", "Ended")
    kept = [a for a in csms.inbox.arrivals if a.place >= place and csms.belongs(a, session)]
    for arrival in kept:
        _judge_kept(csms, step, arrival, {"eventType": one_of(*kinds), "offline": True})
    csms.judge_last_event(
        step, session, "E06.FR.08-09", transactionInfo={"stoppedReason": _BY_DRIVER}
    )
    if started:
        _judge_told(csms, step, kept, "eventType", "Started", "E12.FR.01")
    if stop:
        _judge_told(csms, step, kept, "triggerReason", stop, "E07.FR.02, E02.FR.13")


def _judge_told(
    csms: FakeCSMS, step: int, kept: list[Arrival], field: str, value: str, requirement: str
) -> None:
    told = [str(cast(Payload, arrival.payload)[field]) for arrival in kept]
    ok = told.count(value) == 1 or (value == "ChargingStateChanged" and value in told)
    check = Check(f"$.{field}", f"{value} in one event", ", ".join(told), ok)
    csms.judge(step, "TransactionEventRequest", [check], requirement)


def refuse_token(csms: FakeCSMS) -> None:
    """Say of every idToken in a TransactionEvent that it is invalid."""

    def answer(payload: Payload) -> Reply:
        base = csms_answer(csms.sut, "TransactionEvent", payload)
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
    csms.judge(step, "TransactionEventRequest", checks, "E02.FR.15, E11.FR.02, E12.FR.02")


def _queued(csms: FakeCSMS, session: Session) -> list[Arrival]:
    """Events since the reconnection, up to the last one that says it happened offline."""
    place = _reconnected(csms)
    later = [a for a in csms.inbox.arrivals if a.place >= place and csms.belongs(a, session)]
    marked = [at for at, a in enumerate(later) if cast(Payload, a.payload).get("offline") is True]
    return later[: marked[-1] + 1] if marked else []


def _delivered(csms: FakeCSMS, session: Session, last: Arrival) -> bool | None:
    """Whether an event that did not happen offline has followed."""
    later = (a for a in csms.inbox.arrivals if a.place > last.place and csms.belongs(a, session))
    return any(cast(Payload, a.payload).get("offline") is not True for a in later) or None


def _reconnected(csms: FakeCSMS) -> int:
    """Place of the connection after the last interruption."""
    events = csms.inbox.events
    closed = max((at for at, e in enumerate(events) if isinstance(e, Closed)), default=0)
    opened = (at for at, e in enumerate(events) if isinstance(e, Opened) and at >= closed)
    return next(opened, closed)
