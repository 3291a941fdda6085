"""Sampled meter values of a transaction: at its begin, and from time to time (J02, E01)."""

from __future__ import annotations

from datetime import timedelta

from harness import clock
from harness.evidence.matchers import PRESENT, Check, Contains, fact, parse_time
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.peer import SENT
from harness.peers.session import Session
from harness.steps_cs.meters import (
    Told,
    at_moments,
    location_check,
    measurands_check,
    missing_check,
    moment_of,
    of_context,
    once_check,
    spacing_check,
    told_by,
    tolerance,
    wanted_measurands,
)

_MESSAGE = "TransactionEventRequest"
_BEGIN, _PERIODIC = "Transaction.Begin", "Sample.Periodic"
_TIMES = 3


async def tell_begin(csms: FakeCSMS) -> None:
    """Have the begin of a transaction told with meter values."""
    await csms.configure({"SampledDataCtrlr.Enabled": "true"}, if_writable=True)
    await csms.configure({"SampledDataCtrlr.TxStartedMeasurands": csms.sut.configured.measurands})


async def sample(csms: FakeCSMS) -> int:
    """Have samples told while a transaction goes on; the interval in seconds."""
    interval = csms.sut.configured.tx_updated_interval
    await csms.configure({"SampledDataCtrlr.Enabled": "true"}, if_writable=True)
    await csms.configure({"SampledDataCtrlr.TxUpdatedMeasurands": csms.sut.configured.measurands})
    await csms.configure({"SampledDataCtrlr.TxUpdatedInterval": str(interval)})
    return interval


def judge_begin(csms: FakeCSMS, step: int, session: Session) -> None:
    """The first event that can have them has the values of the begin (E01.FR.09, E01.FR.17).

    Where the EVSE is not known then, it is one from the first that names it to that of the
    charging: the page has the one, Part 2 the other.
    """
    events = csms.events_of(session)
    carriers = _carriers(events)
    told = of_context(told_by(carriers), _BEGIN)
    every = of_context(told_by(e for e in events if e.payload.get("eventType") != "Ended"), _BEGIN)
    missing = missing_check(told, wanted_measurands(csms))
    place = "the event Started" if carriers[:1] == events[:1] else "an event with evse"
    wanted, found = f"{missing.expected} in {place}", f"{missing.actual} in {place}"
    times = {str(each.arrival.payload.get("timestamp")) for each in told}
    checks = [
        Check("", "to be sent", "sent" if events else "none", bool(events), SENT),
        Check("measurands of the begin", wanted, found, missing.ok, fact("begin", configured=True)),
        Check("times of the begin", "one", len(times), len(times) == 1, fact("one begin")),
        once_check(every, dict.fromkeys(range(len(every)), 0)),
        _begin_check(csms, told, events),
        location_check(told),
    ]
    csms.judge(step, _MESSAGE, checks, "E01.FR.09, E01.FR.17")


def _begin_check(csms: FakeCSMS, told: list[Told], events: list[Arrival]) -> Check:
    """They were measured from the begin of the transaction to the event that tells them."""
    slack = timedelta(seconds=csms.sut.deviation)
    begun = parse_time(events[0].payload.get("timestamp")) if events else None
    off = [
        moment_of(each).isoformat()
        for each in told
        if begun is not None
        and (at := parse_time(each.arrival.payload.get("timestamp"))) is not None
        and not begun - slack <= moment_of(each) <= at + slack
    ]
    expected = "measured at the begin"
    return Check("times of values", expected, off or expected, not off, fact("of the begin"))


def _carriers(events: list[Arrival]) -> list[Arrival]:
    first = events[0] if events else None
    # A station with a parking bay detector may know the EVSE and not name it yet.
    if first is None or "evse" in first.payload or of_context(told_by([first]), _BEGIN):
        at = None if first is None else first.payload.get("timestamp")
        return [each for each in events if each.payload.get("timestamp") == at]
    named = next((n for n, e in enumerate(events) if "evse" in e.payload), len(events))
    until = next((n for n, e in enumerate(events) if _charges(e)), len(events))
    last = events[until].payload.get("timestamp") if until < len(events) else None
    later = [e for e in events[until + 1 :] if e.payload.get("timestamp") == last]
    return [*events[named : until + 1], *later]


def _charges(event: Arrival) -> bool:
    return inner(event.payload, "transactionInfo").get("chargingState") == "Charging"


async def expect_samples(csms: FakeCSMS, step: int, session: Session, interval: int) -> None:
    """Samples come at their interval as long as is configured, and three times at least."""
    since = csms.mark()
    times = max(_TIMES, int(csms.sut.configured.transaction_duration // interval))
    apart = tolerance(csms, interval)
    until = clock.monotonic() + (times + 1) * interval + csms.sut.limits.event
    taken: list[Arrival] = []
    # What comes without samples does not make the case wait for ever.
    while len(at_moments(_periodic(taken), apart)) < times and clock.monotonic() < until:
        taken.append(
            await csms.expect_transaction_event(
                step,
                session,
                since=since,
                within=interval + csms.sut.limits.event,
                eventType="Updated",
                triggerReason="MeterValuePeriodic",
                meterValue=Contains({"sampledValue": PRESENT}),
                requirement="J02.FR.11",
            )
        )
    taken += await _rest(csms, step, session, since)
    _judge_samples(csms, step, taken, interval)


async def _rest(csms: FakeCSMS, step: int, session: Session, since: int) -> list[Arrival]:
    """Too many values for one event come in several (J02.FR.14)."""
    await csms.inbox.wait(lambda: None, csms.sut.limits.silence)
    unclaimed = [a for a in csms.inbox.unclaimed(since) if csms.belongs(a, session)]
    parts = [a for a in unclaimed if a.payload.get("triggerReason") == "MeterValuePeriodic"]
    for part in parts:
        csms.claim(step, part)
    return parts


def _periodic(events: list[Arrival]) -> list[Told]:
    return of_context(told_by(events), _PERIODIC)


def _judge_samples(csms: FakeCSMS, step: int, taken: list[Arrival], interval: int) -> None:
    apart = tolerance(csms, interval)
    told = _periodic(taken)
    moments = at_moments(told, apart)
    place = {id(each): at for at, group in enumerate(moments.values()) for each in group}
    checks = [
        measurands_check(moments, wanted_measurands(csms)),
        spacing_check(list(moments), interval, apart),
        once_check(told, {at: place[id(each)] for at, each in enumerate(told)}),
        _interval_check(csms, told, interval),
        location_check(told),
    ]
    csms.judge(step, _MESSAGE, checks, "J02.FR.02, J02.FR.10, J02.FR.11, J02.FR.14")


def _interval_check(csms: FakeCSMS, told: list[Told], interval: int) -> Check:
    """What an event tells was measured in the interval before it (J02.FR.10)."""
    within = timedelta(seconds=interval + csms.sut.deviation)
    slack = timedelta(seconds=csms.sut.deviation)
    off = [
        f"{moment_of(each).isoformat()} in the event of {at.isoformat()}"
        for each in told
        if (at := parse_time(each.arrival.payload.get("timestamp"))) is not None
        and not -slack <= at - moment_of(each) < within
    ]
    expected = f"within {interval} s before its event"
    return Check("times of samples", expected, off or expected, not off, fact("recent"))
