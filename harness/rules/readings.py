"""Standing rules for a charging station under test: what its meters and its flags say."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from harness.evidence.matchers import parse_time
from harness.evidence.verdict import Severity
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Opened, Traffic
from harness.ocppj.metered import Sample, measurand_of, samples
from harness.ocppj.payloads import inner, objects
from harness.rules.frames import Breach, CaseLog, Rule
from harness.rules.station import event_arrivals, transactions

_STARTED = "SampledDataCtrlr.TxStartedMeasurands"
_ENDED = "SampledDataCtrlr.TxEndedMeasurands"
_UPDATED = "SampledDataCtrlr.TxUpdatedMeasurands"
_INTERVAL, _ENABLED = "SampledDataCtrlr.TxUpdatedInterval", "SampledDataCtrlr.Enabled"
#: Variables that say what is sampled.
SAMPLED = (_ENABLED, _STARTED, _ENDED, _UPDATED, _INTERVAL)
_VALUES = "$.meterValue"
#: What only the vehicle knows, which need not tell it.
_OF_THE_VEHICLE = {"SoC"}
#: Ends of which no meter may have been read: the power was gone.
_POWERLESS = ("PowerLoss", "Reboot")


def _measurands(log: CaseLog, name: str) -> set[str]:
    if log.settings.get(_ENABLED, "true").lower() == "false":
        return set()
    members = log.settings.get(name, "").split(",")
    return {each.strip() for each in members if each.strip()} - _OF_THE_VEHICLE


def configured_values_are_told(log: CaseLog) -> Iterator[Breach]:
    """The first and the last event of a transaction have the values that are configured."""
    begin = _measurands(log, _STARTED)
    end = _measurands(log, _ENDED)
    for events in transactions(log).values():
        first, last = events[0], events[-1]
        if first.get("eventType") == "Started" and begin:
            source = "E01.FR.09, E01.FR.17"
            yield from _missing(log, begin, "Transaction.Begin", _beginning(events), source)
            yield from _additional(log, begin, "Transaction.Begin", first)
        powerless = last["transactionInfo"].get("stoppedReason") in _POWERLESS
        # Where no EVSE was ever chosen, there is no meter either.
        placed = any("evse" in event for event in events)
        if last.get("eventType") == "Ended" and end and placed and not powerless:
            carriers = _at_once(events, last)
            yield from _missing(log, end, "Transaction.End", carriers, "E06.FR.11, E07.FR.08")
            yield from _additional(log, end, "Transaction.End", last)


def _beginning(events: list[Payload]) -> list[Payload]:
    """Where the values of the beginning have to be; empty while the EVSE may not be known yet."""
    first = events[0]
    if "evse" in first or _state(first) != "Idle":
        return _at_once(events, first)
    charging = next((at for at, e in enumerate(events) if _state(e) == "Charging"), None)
    return [] if charging is None else [*events[:charging], *_at_once(events, events[charging])]


def _state(event: Payload) -> str:
    return str(event["transactionInfo"].get("chargingState", "Idle"))


def _at_once(events: list[Payload], event: Payload) -> list[Payload]:
    """The event, and those of the same time, over which data may be spread (E02.FR.11)."""
    same = event.get("timestamp")
    return [event, *(e for e in events if e is not event and e.get("timestamp") == same)]


def _missing(
    log: CaseLog, wanted: set[str], context: str, carriers: list[Payload], source: str
) -> Iterator[Breach]:
    if not carriers:
        return
    found = {s.measurand for e in carriers for s in samples(e) if s.context == context}
    if wanted - found:
        told = {f"{s.context} {s.measurand}" for e in carriers for s in samples(e)}
        expected = f"{context} with {', '.join(sorted(wanted))}"
        frame, actual = log.carrying(carriers[0]), ", ".join(sorted(told)) or "absent"
        yield Breach.of(frame, _VALUES, expected, actual, source)


def _additional(log: CaseLog, wanted: set[str], context: str, event: Payload) -> Iterator[Breach]:
    found = {s.measurand for s in samples(event) if s.context == context} - _OF_THE_VEHICLE
    if found - wanted:
        expected, actual = f"{', '.join(sorted(wanted))} alone", ", ".join(sorted(found))
        frame = log.carrying(event)
        yield Breach.of(frame, _VALUES, expected, actual, "2.7.6", Severity.WARNING)


def samples_are_told_once(log: CaseLog) -> Iterator[Breach]:
    """No sample of a transaction is told twice."""
    for events in transactions(log).values():
        periodic = [e for e in events if e.get("triggerReason") == "MeterValuePeriodic"]
        groups = [*([e] for e in events), periodic]
        found = (Counter(_identity(s) for e in group for s in samples(e)) for group in groups)
        again = {s for each in found for s, count in each.items() if count > 1}
        if again:
            telling = [e for e in events if again & {_identity(s) for s in samples(e)}]
            frame, twice = log.carrying(telling[-1]), sorted({str(each[1:3]) for each in again})
            yield Breach.of(frame, _VALUES, "each sample once", twice, "J02.FR.02, J02.FR.10")


def _identity(sample: Sample) -> tuple[object, ...]:
    return (sample.moment, sample.context, *sample.meter, sample.signed)


#: Context that the values of an event with this trigger must have among them.
_CONTEXTS = {"MeterValuePeriodic": "Sample.Periodic", "MeterValueClock": "Sample.Clock"}


def meter_triggers_fit_their_values(log: CaseLog) -> Iterator[Breach]:
    """An event that is sent for meter values has values of that context."""
    for events in transactions(log).values():
        for event in events:
            trigger = str(event.get("triggerReason"))
            wanted = _CONTEXTS.get(trigger)
            contexts = {sample.told for sample in samples(event)}
            if wanted and not contexts & {wanted, ""}:
                expected = f"context {wanted} with triggerReason {trigger}"
                actual = ", ".join(sorted(contexts)) or "absent"
                frame = log.carrying(event)
                yield Breach.of(frame, _VALUES, expected, actual, "J02.FR.11, E02.FR.10")


def samples_come_at_their_interval(log: CaseLog) -> Iterator[Breach]:
    """While it charges online, a transaction has as many samples as its interval calls for."""
    interval = log.settings.get(_INTERVAL, "")
    if not _measurands(log, _UPDATED) or not interval.isdecimal():
        return
    since = _sampling_set(log)
    for arrivals in event_arrivals(log).values():
        events = [cast(Payload, arrival.payload) for arrival in arrivals]
        # Offline, a station may drop some of them (J02.FR.12).
        dropped = any(event.get("offline") for event in events)
        if int(interval) > 0 and not dropped and arrivals[0].mark >= since:
            yield from _too_few(log, events, int(interval))


def _sampling_set(log: CaseLog) -> int:
    """The mark from which on a case had set what is sampled, and how often."""
    return max((n for n, each in enumerate(log.events) if _sets_sampling(each)), default=0)


def _sets_sampling(event: object) -> bool:
    if not (isinstance(event, Traffic) and event.sent and event.frame.kind is FrameKind.CALL):
        return False
    asked = objects(event.frame.payload, "setVariableData")
    names = (
        f"{inner(e, 'component').get('name')}.{inner(e, 'variable').get('name')}" for e in asked
    )
    return event.frame.action == "SetVariables" and any(name in SAMPLED for name in names)


def _too_few(log: CaseLog, events: list[Payload], interval: int) -> Iterator[Breach]:
    span = _charging(events)
    seconds = (span[1] - span[0]).total_seconds() if span else 0.0
    moments = {
        sample.moment
        for event in events
        for sample in samples(event)
        if sample.context == "Sample.Periodic" and sample.moment
    }
    # The first may come an interval late, where the sampling begins with the energy.
    due = int(seconds // interval) - 1
    came = sum(1 for m in moments if span and span[0] <= m <= span[1])
    if came < due:
        expected = f"at least {due} samples in {seconds:.0f} s, one every {interval} s"
        frame, source = log.carrying(events[-1]), "J02.FR.11, E02.FR.10"
        yield Breach.of(frame, _VALUES, expected, f"{came} samples", source)


def _charging(events: list[Payload]) -> tuple[datetime, datetime] | None:
    """From when to when energy flowed, for the first time."""
    begun = next((at for at, e in enumerate(events) if _state(e) == "Charging"), None)
    if begun is None:
        return None
    told = (e for e in events[begun + 1 :] if "chargingState" in e["transactionInfo"])
    end = next((e for e in told if _state(e) != "Charging"), events[-1])
    first, last = parse_time(events[begun].get("timestamp")), parse_time(end.get("timestamp"))
    return (first, last) if first and last else None


def registers_only_grow(log: CaseLog) -> Iterator[Breach]:
    """The registers of a transaction, and those of an EVSE outside of any, never go back, nor are
    they below zero."""
    for arrivals in event_arrivals(log).values():
        frames = [arrival.traffic for arrival in arrivals]
        yield from _going_back((f, s) for f in frames for s in samples(f.frame.payload))
    outside: dict[object, list[_Told]] = {}
    for arrival in log.arrivals:
        if arrival.action == "MeterValues":
            told = outside.setdefault(arrival.payload.get("evseId"), [])
            told.extend((arrival.traffic, s) for s in samples(arrival.traffic.frame.payload))
    for told in outside.values():
        yield from _going_back(told)


#: A sample, and the message that told it.
_Told = tuple[Traffic, Sample]


def _going_back(told: Iterable[_Told]) -> Iterator[Breach]:
    registers: dict[tuple[str, ...], list[tuple[datetime, Decimal, Traffic]]] = {}
    for frame, sample in told:
        if sample.measurand.endswith(".Register") and sample.moment and sample.value is not None:
            readings = registers.setdefault(sample.meter, [])
            readings.append((sample.moment, sample.value, frame))
    for meter, readings in registers.items():
        ordered = sorted(readings, key=lambda reading: reading[:2])
        least, of = min(((value, frame) for _, value, frame in ordered), key=lambda each: each[0])
        if least < 0:
            wanted, source = f"{meter[0]} of 0 or more", "MeasurandEnumType"
            yield Breach.of(of, _VALUES, wanted, f"{least:f}", source)
        for (before, earlier, _), (after, later, frame) in itertools.pairwise(ordered):
            # Of two displays of one register, one may be rounded.
            if before < after and later < earlier - 1:
                expected = f"{meter[0]} of {earlier:f} or more, as {before.isoformat()}"
                yield Breach.of(frame, _VALUES, expected, f"{later:f}", "J02.FR.16")
                break


def offline_flag_is_not_kept(log: CaseLog) -> Iterator[Breach]:
    """What happened while the station was connected and accepted is not marked as offline.

    Nor is what drivers did offline dated later.
    """
    # It takes a station a while to notice that it is back.
    tolerated = timedelta(seconds=log.sut.deviation + log.sut.limits.silence)
    carried = _carried(log)
    for events in transactions(log).values():
        for event in events:
            on = carried.get(id(event))
            if event.get("offline") is not True or on is None:
                continue
            moment, caused = parse_time(event.get("timestamp")), event.get("triggerReason")
            if caused in on.caused or (moment is not None and moment > on.since + tolerated):
                path = "$.offline"
                expected = f"absent or false: {caused}, connected since {on.since.isoformat()}"
                frame, source = log.carrying(event), "E04.FR.03, E11.FR.02"
                yield Breach.of(frame, path, expected, True, source)
            elif moment is not None and moment > on.since and _is_of_earlier(log, caused, moment):
                expected = f"when it happened: {caused}, before {on.since.isoformat()}"
                frame, source = log.carrying(event), "E04.FR.03, E11.FR.02"
                yield Breach.of(frame, "$.timestamp", expected, moment.isoformat(), source)


#: Reasons of events that nobody but a driver at the station brings about.
_BY_DRIVERS = ("Authorized", "CablePluggedIn", "StopAuthorized")


def _is_of_earlier(log: CaseLog, reason: object, moment: datetime) -> bool:
    """Whether no driver has done anything for so long that it happened well before."""
    tolerated = timedelta(seconds=log.sut.deviation)
    ends = [act.ended for act in log.acts if act.at <= moment + tolerated]
    # It takes a station a while to find out that nobody answers an AuthorizeRequest.
    since = moment - tolerated - timedelta(seconds=log.sut.limits.response)
    return reason in _BY_DRIVERS and bool(ends) and all(end and end < since for end in ends)


#: Requests of ours, and the triggerReason of what they bring about.
_CAUSED = {
    "RequestStartTransaction": "RemoteStart",
    "RequestStopTransaction": "RemoteStop",
    "Reset": "ResetCommand",
    "TriggerMessage": "Trigger",
    "UnlockConnector": "UnlockCommand",
}


@dataclass(frozen=True)
class _Connection:
    """Since when it could be sent on, and the reasons that came over it for what happened then."""

    since: datetime
    caused: frozenset[str] = frozenset()


def _carried(log: CaseLog) -> dict[int, _Connection]:
    """The connection of each event, by the event's payload, as it was when the event came."""
    open_now: dict[int, _Connection] = {}
    found: dict[int, _Connection] = {}
    for event in log.events:
        if isinstance(event, Opened) and (moment := log.time_of(event.t)) is not None:
            open_now[event.wire] = _Connection(moment)
        connection = open_now.get(event.wire) if isinstance(event, Traffic) else None
        if connection is None or not isinstance(event, Traffic):
            continue
        if event.sent and event.frame.action == "BootNotification":
            open_now[event.wire] = replace(connection, since=event.at)
        elif event.sent and (reason := _reason(event)):
            open_now[event.wire] = replace(connection, caused=connection.caused | {reason})
        elif event.frame.action == "TransactionEvent":
            found[id(event.frame.payload)] = connection
    return found


def _reason(frame: Traffic) -> str:
    """What our message may bring about: its triggerReason, or ""."""
    if frame.frame.kind is FrameKind.CALL:
        return _CAUSED.get(frame.frame.action, "")
    status = inner(frame.frame.payload, "idTokenInfo").get("status", "Accepted")
    return "" if status == "Accepted" else "Deauthorized"


def transactions_stay_where_they_are(log: CaseLog) -> Iterator[Breach]:
    """A transaction stays at the EVSE and connector where the vehicle was connected."""
    for events in transactions(log).values():
        told = [
            (event, {name: inner(event, "evse").get(name) for name in ("id", "connectorId")})
            for event in events
            if "connectorId" in inner(event, "evse")
        ]
        for (_, earlier), (event, later) in itertools.pairwise(told):
            if later != earlier:
                frame, source = log.carrying(event), "E01.FR.16, J02.FR.22"
                yield Breach.of(frame, "$.evse", f"{earlier}, as before", later, source)
                break


#: Seconds between two readings of a meter that is read seldom.
_SELDOM = 900.0


def readings_are_recent(log: CaseLog) -> Iterator[Breach]:
    """What is told of a transaction, or because of a trigger, was not measured long before."""
    began = log.began
    for arrival in log.arrivals:
        payload = cast(Payload, arrival.payload)
        if began is None or arrival.owed_to or not _is_of_now(payload):
            continue
        oldest = began - timedelta(seconds=_SELDOM)
        for index, reading in enumerate(objects(payload, "meterValue")):
            moment = parse_time(reading.get("timestamp"))
            if moment is not None and moment < oldest:
                path, expected = f"$.meterValue[{index}].timestamp", "a time of this case"
                source = "F06.FR.06, MeterValueType"
                yield Breach.of(arrival.traffic, path, expected, moment.isoformat(), source)


def _is_of_now(payload: Payload) -> bool:
    """Neither kept while offline, nor the values of a meter between transactions."""
    if "transactionInfo" in payload:
        return payload.get("offline") is not True
    return any(sample.told == "Trigger" for sample in samples(payload))


#: Standardized units of measure (Part 2, appendices), by how the names of measurands begin.
_UNITS = {
    "Current.": ("A",),
    "Energy.Active.": ("Wh", "kWh"),
    "Energy.Apparent.": ("VAh", "kVAh"),
    "Energy.Reactive.": ("varh", "kvarh"),
    "Frequency": ("Hz",),
    "Power.Active.": ("W", "kW"),
    "Power.Offered": ("W", "kW"),
    "Power.Reactive.": ("var", "kvar"),
    "SoC": ("Percent",),
    "Voltage": ("V",),
}


def units_fit_their_measurand(log: CaseLog) -> Iterator[Breach]:
    """What is measured is told in a standardized unit of it."""
    for arrival in log.arrivals:
        for reading in objects(cast(Payload, arrival.payload), "meterValue"):
            for sampled in objects(reading, "sampledValue"):
                unit, measurand = inner(sampled, "unitOfMeasure").get("unit"), measurand_of(sampled)
                fits = next((u for name, u in _UNITS.items() if measurand.startswith(name)), ())
                if unit is not None and fits and unit not in fits and not arrival.owed_to:
                    path, source = f"$.meterValue unit of {measurand}", "UnitOfMeasureType"
                    yield Breach.of(arrival.traffic, path, " or ".join(fits), unit, source)


READINGS: tuple[Rule, ...] = (
    configured_values_are_told,
    samples_are_told_once,
    meter_triggers_fit_their_values,
    samples_come_at_their_interval,
    registers_only_grow,
    offline_flag_is_not_kept,
    transactions_stay_where_they_are,
    readings_are_recent,
    units_fit_their_measurand,
)
