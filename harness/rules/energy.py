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
from harness.ocppj.inbox import Arrival, Traffic
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
#: How many times the most power that it tells is too much, as in another unit; a direct current may
#: have 1000 V, each of three phases tells of itself, and what was sampled need not be the peak.
_TOO_MANY = Decimal(50)
#: W that may flow untold: what a station says is rounded.
_UNTOLD = Decimal(1000)
#: Moments at which the power was told, for that to say something of the time in between.
_OFTEN = 3
#: What tells the power, and by how much it is to be multiplied for W.
_POWERS = {"Power.Active.Import": Decimal(1), "Current.Import": _VOLTS}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Reading:
    moment: datetime
    wh: Decimal
    frame: Traffic


def registers_follow_the_power(log: CaseLog) -> Iterator[Breach]:
    """While energy flows by the station's own word, the register of the transaction grows.

    Half of what flows at the least power that it tells must show. Where it tells no power, the
    vehicle may take none. Nor does it grow many times as much as the most power that it tells.
    """
    for arrivals in event_arrivals(log).values():
        events = [cast(Payload, arrival.payload) for arrival in arrivals]
        # Some may be missing (J02.FR.12), or the power was.
        if any(event.get("offline") for event in events) or _booted(log, arrivals):
            continue
        spans = _charging(events)
        yield from _unlike_the_power([each.traffic for each in arrivals], spans)
        evses = {inner(event, "evse").get("id") for event in events} - {None}
        beside = [frame for evse in evses for frame in _beside(log, evse)]
        yield from _unlike_the_power(beside, spans)


def _beside(log: CaseLog, evse: object) -> Iterator[Traffic]:
    """The MeterValues of an EVSE."""
    for arrival in log.arrivals:
        if arrival.action == "MeterValues" and arrival.payload.get("evseId") == evse:
            yield arrival.traffic


def _unlike_the_power(frames: Sequence[Traffic], spans: Sequence[Span]) -> Iterator[Breach]:
    told = [sample for frame in frames for sample in samples(frame.frame.payload)]
    powers, readings = _powers(told, spans), _readings(frames)
    yield from _standing_still(powers, readings, spans)
    yield from _running_away(powers, readings)


def _running_away(
    powers: Sequence[tuple[datetime, Decimal]], readings: Sequence[_Reading]
) -> Iterator[Breach]:
    moments = {moment for moment, _ in powers}
    within = [r for r in readings if moments and min(moments) <= r.moment <= max(moments)]
    if len(moments) < _OFTEN or not within:
        return
    power, first, last = max(watts for _, watts in powers), within[0], within[-1]
    seconds = Decimal((last.moment - first.moment).total_seconds()) + _BEHIND
    flowed = (power * _TOO_MANY + _UNTOLD) * seconds / _HOUR
    most = first.wh + flowed + _step(within)
    if last.wh > most:
        expected = f"{REGISTER} of {most:.0f} Wh or less, at {power:.0f} W or less"
        actual = f"{last.wh:f} Wh at {last.moment.isoformat()}, after {first.wh:f} Wh"
        source = "MeasurandEnumType, UnitOfMeasureType"
        yield Breach.of(last.frame, "$.meterValue", expected, actual, source)


def _standing_still(
    powers: Sequence[tuple[datetime, Decimal]],
    readings: Sequence[_Reading],
    spans: Sequence[Span],
) -> Iterator[Breach]:
    power = min((watts for _, watts in powers), default=Decimal(0))
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
            yield Breach.of(last.frame, "$.meterValue", expected, actual, source)
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


def _powers(told: Sequence[Sample], spans: Sequence[Span]) -> list[tuple[datetime, Decimal]]:
    """In W, what was measured while energy flowed, and when."""
    return [
        (sample.moment, sample.value * _POWERS[sample.measurand])
        for sample in told
        if sample.measurand in _POWERS
        and sample.value is not None
        and sample.moment is not None
        and any(begin < sample.moment < end for begin, end in spans)
    ]


def _readings(frames: Sequence[Traffic]) -> list[_Reading]:
    """Of the register of the EVSE as a whole, in the order of measurement."""
    found = {
        sample.moment: _Reading(sample.moment, sample.value, frame)
        for frame in frames
        for sample in samples(frame.frame.payload)
        if sample.meter == (REGISTER, "", "Outlet") and sample.moment and sample.value is not None
    }
    return [found[moment] for moment in sorted(found)]


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
