"""Standing rule for a charging station under test: the energy it counts is that which flows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

from harness.evidence.matchers import parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import REGISTER, Sample, samples
from harness.ocppj.payloads import inner
from harness.rules.frames import Breach, CaseLog, Rule
from harness.rules.station import event_arrivals

#: Volts of a phase, or of a small direct current.
_VOLTS = Decimal(200)
#: Wh that any register shows.
_STEP = Decimal(10)
_HOUR = Decimal(3600)
#: Seconds by which a station may be behind its meter: many ask it now and then.
_BEHIND = Decimal(30)
_EVER = datetime.max.replace(tzinfo=UTC)
#: What tells the power, and by how much it is to be multiplied for W.
_POWERS = {"Power.Active.Import": Decimal(1), "Current.Import": _VOLTS}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Reading:
    moment: datetime
    wh: Decimal


def registers_follow_the_power(log: CaseLog) -> Iterator[Breach]:
    """While energy flows by the station's own word, the register of the transaction grows.

    Half of what flows at the least power that it tells must show. Where it tells no power, the
    vehicle may take none.
    """
    for transaction, arrivals in event_arrivals(log).items():
        events = [cast(Payload, arrival.payload) for arrival in arrivals]
        # Some may be missing (J02.FR.12), or the power was.
        if any(event.get("offline") for event in events) or _booted(log, arrivals):
            continue
        spans = _charging(events)
        path = f"$.meterValue of transaction {transaction}"
        told = [sample for event in events for sample in samples(event)]
        yield from _standing_still("TransactionEventRequest", path, told, spans)
        evses = {inner(event, "evse").get("id") for event in events} - {None}
        told = [sample for evse in evses for sample in _beside(log, evse)]
        yield from _standing_still("MeterValuesRequest", path, told, spans)


def _beside(log: CaseLog, evse: object) -> Iterator[Sample]:
    """What MeterValues tell of an EVSE."""
    for arrival in log.arrivals:
        payload = cast(Payload, arrival.payload)
        if arrival.action == "MeterValues" and payload.get("evseId") == evse:
            yield from samples(payload)


def _standing_still(
    message: str, path: str, told: Sequence[Sample], spans: Sequence[Span]
) -> Iterator[Breach]:
    power, readings = _least_power(told, spans), _readings(told)
    if power <= 0:
        return
    for first, last in itertools.combinations(readings, 2):
        seconds = _seconds(spans, (first.moment, last.moment)) - _BEHIND
        flowed = power * max(Decimal(0), seconds) / _HOUR
        least = first.wh + flowed / 2 - _step(readings)
        if last.wh < least:
            expected = f"{REGISTER} of {least:.0f} Wh or more, at {power:.0f} W or more"
            actual = f"{last.wh:f} Wh at {last.moment.isoformat()}, after {first.wh:f} Wh"
            source = "ChargingStateEnumType, MeasurandEnumType, J02.FR.16"
            yield Breach(message, path, expected, actual, source)
            break


def _booted(log: CaseLog, arrivals: Sequence[Arrival]) -> bool:
    first, last = arrivals[0].mark, arrivals[-1].mark
    boots = (a for a in log.arrivals if a.action == "BootNotification")
    return any(first < boot.mark < last for boot in boots)


def _charging(events: Sequence[Payload]) -> list[Span]:
    """From when to when energy flowed; what did not end goes on."""
    spans: list[Span] = []
    since: datetime | None = None
    for event in events:
        moment, state = parse_time(event.get("timestamp")), _state(event)
        if moment is None or state is None:
            continue
        if state == "Charging":
            since = since or moment
        elif since is not None:
            spans.append((since, moment))
            since = None
    return spans if since is None else [*spans, (since, _EVER)]


def _state(event: Payload) -> object:
    return inner(event, "transactionInfo").get("chargingState")


def _least_power(told: Sequence[Sample], spans: Sequence[Span]) -> Decimal:
    """In W, of what was measured while energy flowed; 0 where none was."""
    values = [
        sample.value * _POWERS[sample.measurand]
        for sample in told
        if sample.measurand in _POWERS
        and sample.value is not None
        and any(begin < sample.moment < end for begin, end in spans if sample.moment)
    ]
    return min(values, default=Decimal(0))


def _readings(told: Sequence[Sample]) -> list[_Reading]:
    """Of the register of the EVSE as a whole, in the order of measurement."""
    found = {
        sample.moment: sample.value
        for sample in told
        if sample.meter == (REGISTER, "", "Outlet") and sample.moment and sample.value is not None
    }
    return [_Reading(moment, found[moment]) for moment in sorted(found)]


def _step(readings: Sequence[_Reading]) -> Decimal:
    """By how many Wh the register moves, as far as its values show."""
    exponents = [cast(int, each.wh.normalize().as_tuple().exponent) for each in readings if each.wh]
    return max(_STEP, Decimal(10) ** min(exponents, default=0))


def _seconds(spans: Sequence[Span], between: Span) -> Decimal:
    """How much of that time lies in one of the spans."""
    begin, end = between
    parts = ((min(end, e) - max(begin, b)).total_seconds() for b, e in spans)
    return Decimal(sum(part for part in parts if part > 0))


ENERGY: tuple[Rule, ...] = (registers_follow_the_power,)
