"""Standing rules for the TransactionEvents of a charging station under test.

What the order of seqNo and eventType demands is in ``harness.rules.station``; here is what each
event must contain, and when it says that it happened.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from harness.evidence.matchers import parse_time
from harness.evidence.verdict import Severity
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival, Closed, Opened
from harness.ocppj.payloads import inner, objects
from harness.rules.additional import is_metering
from harness.rules.frames import Breach, CaseLog, Rule
from harness.rules.station import event_arrivals, transactions


def authorizations_name_their_token(log: CaseLog) -> Iterator[Breach]:
    """The event that tells of an authorization contains the idToken."""
    if log.sut.start_button:
        return  # The page of the state Authorized leaves it out; C02.FR.01 is judged there.
    for event in _events(log):
        trigger = event.get("triggerReason")
        if trigger in ("Authorized", "RemoteStart") and "idToken" not in event:
            path = "$.idToken"
            expected = f"present with triggerReason {trigger}"
            source = "E02.FR.01, E03.FR.01, F02.FR.05"
            yield Breach.of(log.carrying(event), path, expected, "absent", source)


def remote_starts_name_their_request(log: CaseLog) -> Iterator[Breach]:
    """An event with trigger RemoteStart contains the remoteStartId of a request of ours."""
    asked = {
        call.frame.payload.get("remoteStartId")
        for call in log.traffic
        if call.sent and call.frame.action == "RequestStartTransaction"
    }
    for event in _events(log):
        told = event["transactionInfo"].get("remoteStartId", "absent")
        if event.get("triggerReason") == "RemoteStart" and told not in asked:
            path = "$.transactionInfo.remoteStartId"
            expected = f"one of {sorted(map(str, asked))}"
            source = "F01.FR.25, F02.FR.01, F02.FR.21"
            yield Breach.of(log.carrying(event), path, expected, told, source)


def transaction_ids_are_new(log: CaseLog) -> Iterator[Breach]:
    """A transaction begins with an id that no earlier one had, whatever the case."""
    for event in _events(log):
        transaction = event["transactionInfo"]["transactionId"]
        if event.get("eventType") == "Started" and transaction in log.started_earlier:
            actual = f"{transaction}, which an earlier transaction had"
            path = "$.transactionInfo.transactionId"
            yield Breach.of(log.carrying(event), path, "a new id", actual, "E01.FR.08")


def tokens_are_not_repeated(log: CaseLog) -> Iterator[Breach]:
    """A transaction tells its idToken once for its start and once for its stop."""
    for events in transactions(log).values():
        naming = [event for event in events if "idToken" in event]
        if len(naming) > 2:
            frame, actual = log.carrying(naming[2]), f"in {len(naming)} events"
            expected, source = "in 2 events at most", "Part 2, 1.60.1"
            yield Breach.of(frame, "$.idToken", expected, actual, source, Severity.WARNING)


#: Reasons of events in which no driver identifies.
_WITHOUT_DRIVER = (
    "ChargingRateChanged",
    "EnergyLimitReached",
    "MeterValueClock",
    "MeterValuePeriodic",
    "RemoteStop",
    "ResetCommand",
    "TimeLimitReached",
    "Trigger",
    "UnlockCommand",
)


def only_drivers_bring_their_token(log: CaseLog) -> Iterator[Breach]:
    """An event that no driver has brought about tells no other idToken than those before it."""
    for events in transactions(log).values():
        known: list[str] = []
        for event in events:
            token = str(inner(event, "idToken").get("idToken", ""))
            trigger = event.get("triggerReason")
            if token and known and trigger in _WITHOUT_DRIVER and token.casefold() not in known:
                path = "$.idToken"
                source = "TransactionEventRequest.idToken, E02.FR.01"
                expected = f"that of its driver with triggerReason {trigger}"
                yield Breach.of(log.carrying(event), path, expected, token, source)
                break
            known += [token.casefold()] if token else []


def energy_follows_authorization(log: CaseLog) -> Iterator[Breach]:
    """No event before the one that names the driver's idToken tells of energy."""
    for events in transactions(log).values():
        named = [at for at, e in enumerate(events) if "idToken" in e]
        for event in events[: named[0]] if named else []:
            if event["transactionInfo"].get("chargingState") == "Charging":
                path = "$.idToken"
                expected = "in the first event after the authorization, before energy flows"
                requirement = "E02.FR.01, E02.FR.20, E03.FR.01, F02.FR.05"
                frame, actual = log.carrying(event), "in a later event"
                yield Breach.of(frame, path, expected, actual, requirement)
                break


def authorization_is_told_next(log: CaseLog) -> Iterator[Breach]:
    """The next event after an authorization tells of it, whatever else the station has to tell.

    What the station dates earlier than that event had happened before, and an act in between may
    have been quicker than the permission.
    """
    for arrivals in event_arrivals(log).values():
        for index, named in enumerate(arrivals):
            event = named.payload
            since = _authorized_at(log, named)
            if since is None or any("idToken" in a.payload for a in arrivals[:index]):
                continue
            late = [a for a in arrivals[:index] if _is_late(log, a, since, event)]
            if late:
                reason = event.get("triggerReason")
                path = "$.idToken"
                expected = f"triggerReason {reason} and idToken in the next event"
                actual = f"{late[0].payload.get('triggerReason')} before that"
                requirement = "E02.FR.01, E02.FR.20, F02.FR.21"
                yield Breach.of(late[0].traffic, path, expected, actual, requirement)


def _authorized_at(log: CaseLog, named: Arrival) -> datetime | None:
    """When it was last on the wire that the driver of an event is authorized, if it was."""
    event = named.payload
    action = {"Authorized": "Authorize", "RemoteStart": "RequestStartTransaction"}.get(
        str(event.get("triggerReason"))
    )
    token = str(inner(event, "idToken").get("idToken")).lower()
    found = [
        answer.at
        for answer in log.traffic
        if answer.answers is not None
        and answer.frame.kind is FrameKind.CALLRESULT
        and answer.frame.action == action
        and answer.at <= named.traffic.at
        and str(inner(answer.answers.frame.payload, "idToken").get("idToken")).lower() == token
    ]
    return max(found, default=None)


def _is_late(log: CaseLog, arrival: Arrival, since: datetime, named: Mapping[str, Any]) -> bool:
    """Whether an event was made after the authorization that a later event tells of."""
    if is_metering(arrival) or arrival.payload.get("offline") is True:
        return False
    at, happened = arrival.traffic.at, parse_time(arrival.payload.get("timestamp"))
    authorized = parse_time(named.get("timestamp"))
    if at <= since or happened is None or authorized is None or happened < authorized:
        return False
    acted = any(since < act.at <= at for act in log.acts)
    return not acted


#: The context that the meter values of an event must have among them, its requirement, and the
#: variable that is empty where there need be none.
_CONTEXTS = {
    "Started": (
        "Transaction.Begin",
        "E01.FR.09, E02.FR.09, E03.FR.07",
        "SampledDataCtrlr.TxStartedMeasurands",
    ),
    "Ended": (
        "Transaction.End",
        "E06.FR.11, E07.FR.08",
        "SampledDataCtrlr.TxEndedMeasurands",
    ),
}


def meter_value_context_fits_event(log: CaseLog) -> Iterator[Breach]:
    """Sampled values of the first and the last event have the context of begin and end.

    Values of the clock may stand beside them, or alone (AlignedDataCtrlr); periodic ones may be
    alone where none of begin or end are configured.
    """
    for event in _events(log):
        wanted, requirement, setting = _CONTEXTS.get(str(event.get("eventType")), ("", "", ""))
        if log.settings.get(setting, "not read").strip() == "":
            continue
        contexts = {
            str(sample.get("context", "Sample.Periodic"))
            for value in objects(event, "meterValue")
            for sample in objects(value, "sampledValue")
        } - {"Sample.Clock"}
        if wanted and contexts and wanted not in contexts:
            path = "$.meterValue"
            actual = ", ".join(sorted(contexts))
            expected = f"context {wanted}"
            yield Breach.of(log.carrying(event), path, expected, actual, requirement)


#: stoppedReason of the event that ends a transaction for this reason, and the requirement.
_REASONS = {
    "RemoteStop": ("Remote", "F03.FR.03"),
    "ResetCommand": ("ImmediateReset", "B12.FR.04, B12.FR.08"),
    "Deauthorized": ("DeAuthorized", "E05.FR.10"),
}


def stopped_reasons_fit_their_trigger(log: CaseLog) -> Iterator[Breach]:
    """A transaction that was not ended by its driver says why it was stopped."""
    for event in _events(log):
        wanted, requirement = _REASONS.get(str(event.get("triggerReason")), ("", ""))
        told = event["transactionInfo"].get("stoppedReason", "absent")
        if wanted and event.get("eventType") == "Ended" and told != wanted:
            path = "$.transactionInfo.stoppedReason"
            yield Breach.of(log.carrying(event), path, wanted, told, requirement)


def sequence_follows_time(log: CaseLog) -> Iterator[Breach]:
    """The seqNo of a transaction's events follows the time at which they happened."""
    tolerated = timedelta(seconds=log.sut.deviation)
    for events in transactions(log).values():
        times = [(event, parse_time(event.get("timestamp"))) for event in events]
        for (before, earlier), (event, later) in itertools.pairwise(times):
            if earlier is not None and later is not None and later < earlier - tolerated:
                path = "$.timestamp"
                expected = f"not before {earlier.isoformat()}, that of seqNo {before['seqNo']}"
                actual, source = later.isoformat(), "Part 6, 2.1"
                yield Breach.of(log.carrying(event), path, expected, actual, source)


def event_timestamps_are_in_case(log: CaseLog) -> Iterator[Breach]:
    """Events of a transaction that began in this case did not happen before it."""
    began = log.began
    for event in _events(log):
        moment = parse_time(event.get("timestamp"))
        if began is None or moment is None or event.get("offline"):
            continue
        if moment < began - timedelta(seconds=log.sut.deviation):
            path = "$.timestamp"
            expected = f"not before {began.isoformat()} - {log.sut.deviation:g} s"
            actual, source = moment.isoformat(), "Part 6, 2.1"
            yield Breach.of(log.carrying(event), path, expected, actual, source)


def offline_flag_is_set(log: CaseLog) -> Iterator[Breach]:
    """What happened offline is marked so; what came before any interruption is not."""
    periods, tolerated = _offline_periods(log), timedelta(seconds=log.sut.deviation)
    ends = [e.t for e in log.events if isinstance(e, Closed)]
    # A case begins on an open connection, which is then its first event.
    ends += [e.t for e in log.events[1:] if isinstance(e, Opened)]
    for arrival in log.arrivals:
        event = cast(Payload, arrival.payload)
        moment = parse_time(event.get("timestamp"))
        if arrival.action != "TransactionEvent" or moment is None:
            continue
        flag = event.get("offline", False)
        within = any(a + tolerated < moment < b - tolerated for a, b in periods)
        if within and flag is not True:
            source = "E04.FR.03, E11.FR.02, E12.FR.02"
            yield Breach.of(arrival.traffic, "$.offline", "true", flag, source)
        interrupted = any(end < arrival.traffic.t for end in ends)
        if flag is True and not arrival.owed_to and not interrupted:
            expected = "absent or false: the station was not offline"
            yield Breach.of(arrival.traffic, "$.offline", expected, flag, "E04.FR.03")


def _offline_periods(log: CaseLog) -> list[tuple[datetime, datetime]]:
    """When the station had no connection, in wall time."""
    periods: list[tuple[datetime, datetime]] = []
    closed: Closed | None = None
    for event in log.events:
        if isinstance(event, Closed):
            closed = closed or event
        elif isinstance(event, Opened) and closed is not None:
            begin, end = log.time_of(closed.t), log.time_of(event.t)
            if begin is not None and end is not None:
                periods.append((begin, end))
            closed = None
    return periods


def one_transaction_at_an_evse(log: CaseLog) -> Iterator[Breach]:
    """At one EVSE a transaction starts only when the one before it has ended."""
    spans: dict[int, list[_Span]] = {}
    for transaction, events in transactions(log).items():
        evse = next((inner(e, "evse")["id"] for e in events if "id" in inner(e, "evse")), None)
        begin = parse_time(events[0].get("timestamp"))
        ended = events[-1].get("eventType") == "Ended"
        end = parse_time(events[-1].get("timestamp")) if ended else None
        if type(evse) is int and begin is not None:
            spans.setdefault(evse, []).append(_Span(begin, end, transaction, events[0]))
    for evse, found in spans.items():
        for one, next_ in itertools.pairwise(sorted(found, key=lambda span: span.begin)):
            if one.end is None or next_.begin < one.end - timedelta(seconds=log.sut.deviation):
                actual = f"{next_.transaction} started while {one.transaction} went on"
                expected = f"one transaction at a time at EVSE {evse}"
                frame = log.carrying(next_.first)
                yield Breach.of(frame, "$.evse", expected, actual, "E01.FR.14")


@dataclass(frozen=True)
class _Span:
    """From when to when a transaction was, and its first event."""

    begin: datetime
    end: datetime | None
    transaction: str
    first: Payload


def _events(log: CaseLog) -> Iterator[Payload]:
    """Every event of the transactions of this case."""
    for events in transactions(log).values():
        yield from events


TRANSACTIONS: tuple[Rule, ...] = (
    authorizations_name_their_token,
    remote_starts_name_their_request,
    energy_follows_authorization,
    transaction_ids_are_new,
    authorization_is_told_next,
    tokens_are_not_repeated,
    only_drivers_bring_their_token,
    meter_value_context_fits_event,
    stopped_reasons_fit_their_trigger,
    sequence_follows_time,
    event_timestamps_are_in_case,
    offline_flag_is_set,
    one_transaction_at_an_evse,
)
