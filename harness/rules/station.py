"""Standing rules for a charging station under test: its transactions and its clock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, cast

from harness import clock
from harness.evidence.matchers import parse_time
from harness.evidence.verdict import Severity
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival, Traffic
from harness.ocppj.payloads import inner
from harness.rules.additional import is_metering
from harness.rules.frames import Breach, CaseLog, Rule

_NUMBERS = "E01.FR.07, Part 2 E 1.3.2"
#: Events that every station has room for while it is offline; of more, some may be dropped.
_ROOM = 10


def transactions(log: CaseLog) -> dict[str, list[Payload]]:
    """The TransactionEvents of each transaction of this case, in the order of their seqNo."""
    return {
        transaction: [cast(Payload, arrival.payload) for arrival in arrivals]
        for transaction, arrivals in event_arrivals(log).items()
    }


def event_arrivals(log: CaseLog) -> dict[str, list[Arrival]]:
    """The same with how they arrived."""
    found: dict[str, dict[int, list[Arrival]]] = {}
    for arrival in log.arrivals:
        payload = cast(Payload, arrival.payload)
        is_event = arrival.action == "TransactionEvent" and _readable(payload)
        if not is_event or arrival.owed_to:
            continue
        events = found.setdefault(payload["transactionInfo"]["transactionId"], {})
        events.setdefault(payload["seqNo"], []).append(arrival)
    taken = {id(t.answers) for t in log.traffic if t.sent and t.frame.kind is FrameKind.CALLRESULT}
    return {
        transaction: [
            arrival
            for number in sorted(events)
            for arrival in _without_retries(taken, events[number])
        ]
        for transaction, events in found.items()
    }


def _without_retries(taken: set[int], same: list[Arrival]) -> list[Arrival]:
    """Events of one seqNo; what we did not answer with a CALLRESULT may come again (E13)."""
    return [a for a in same[:-1] if id(a.traffic) in taken] + same[-1:]


def _readable(payload: Payload) -> bool:
    info: Any = payload.get("transactionInfo")
    return (
        type(payload.get("seqNo")) is int
        and isinstance(info, dict)
        and isinstance(cast(Payload, info).get("transactionId"), str)
    )


def sequence_numbers_are_contiguous(log: CaseLog) -> Iterator[Breach]:
    """The seqNo of a transaction's events has no gaps and no repetitions.

    Where there was much to keep offline, a gap may come of little memory, and is a warning.
    """
    for events in transactions(log).values():
        numbers = [event["seqNo"] for event in events]
        wanted = list(range(numbers[0], numbers[0] + len(numbers)))
        off = next((at for at, number in enumerate(numbers) if number != wanted[at]), None)
        if off is None:
            continue
        frame, source, severity = log.carrying(events[off]), _NUMBERS, Severity.FAILURE
        if _dropped_offline(events):
            source, severity = f"{_NUMBERS}; E04.FR.07-08", Severity.WARNING
        yield Breach.of(frame, "$.seqNo", str(wanted), numbers, source, severity)


def _dropped_offline(events: Sequence[Payload]) -> bool:
    """Whether all that is missing may have been dropped from what was kept offline.

    At its beginning and its end one event may be missing, and no more (E04.FR.08).
    """
    kept = [event["seqNo"] for event in events if event.get("offline") is True]
    if not kept or kept[-1] - kept[0] < _ROOM:
        return False
    return all(_follows(*each) for each in itertools.pairwise(events))


def _follows(earlier: Payload, later: Payload) -> bool:
    """Whether nothing is missing between the two that may not be dropped."""
    step = later["seqNo"] - earlier["seqNo"]
    kept = [each.get("offline") is True for each in (earlier, later)]
    return step == 1 or (step == 2 and any(kept)) or (step > 2 and all(kept))


def transactions_start_once_and_end_once(log: CaseLog) -> Iterator[Breach]:
    """A transaction's first event is Started, its last one Ended, those between Updated."""
    for arrivals in event_arrivals(log).values():
        path, frames = "$.eventType", [arrival.traffic for arrival in arrivals]
        types = [arrival.payload.get("eventType") for arrival in arrivals]
        if types[0] != "Started":
            yield Breach.of(frames[0], path, "first event Started", types[0], "E01.FR.01-06")
        if "Started" in types[1:]:
            again = frames[types.index("Started", 1)]
            yield Breach.of(again, path, "Started once", types, "E01.FR.01-06")
        if "Ended" in types[:-1]:
            after = frames[types.index("Ended") + 1]
            yield Breach.of(after, path, "nothing after Ended", types, "E06.FR.01-07")


def connected_evse_is_named(log: CaseLog) -> Iterator[Breach]:
    """Once the EV is connected, the next event says at which EVSE and connector."""
    for arrivals in event_arrivals(log).values():
        for index, arrival in enumerate(arrivals):
            evse = inner(arrival.payload, "evse")
            named = "id" in evse and "connectorId" in evse
            sign = _sign_of_connection(cast(Payload, arrival.payload))
            late = [a for a in arrivals[:index] if _tells_later(log, a, arrival)] if named else []
            if late:
                sign = f"triggerReason {late[0].payload.get('triggerReason')}"
                evse = inner(late[0].payload, "evse")
            if (sign and not named) or late:
                expected = f"evse.id and connectorId by the event with {sign}"
                frame = (late[0] if late else arrival).traffic
                yield Breach.of(frame, "$.evse", expected, evse or "absent", "E01.FR.16")
            if sign or named:
                break


def _tells_later(log: CaseLog, arrival: Arrival, connected: Arrival) -> bool:
    """Whether an event was made after the cable of which another one tells, by its own account.

    Of what happened offline, the arrival tells nothing.
    """
    plugs = [
        act.at for act in log.acts if act.action == "plug_in" and act.at <= connected.traffic.at
    ]
    times = [parse_time(each.payload.get("timestamp")) for each in (arrival, connected)]
    made, told = times
    late = made is not None and told is not None and made >= told
    if is_metering(arrival) or arrival.payload.get("offline") is True:
        return False
    return late and bool(plugs) and plugs[-1] < arrival.traffic.at


def _sign_of_connection(event: Payload) -> str:
    """What in an event shows that the EV is connected, or ""."""
    state = event["transactionInfo"].get("chargingState", "Idle")
    if state != "Idle":
        return f"chargingState {state}"
    plugged = event.get("triggerReason") == "CablePluggedIn"
    return "triggerReason CablePluggedIn" if plugged else ""


def charging_state_change_has_its_reason(log: CaseLog) -> Iterator[Breach]:
    """An event with trigger ChargingStateChanged contains the chargingState."""
    for events in transactions(log).values():
        for event in events:
            told = "chargingState" in event["transactionInfo"]
            if event.get("triggerReason") == "ChargingStateChanged" and not told:
                path = "$.transactionInfo.chargingState"
                yield Breach.of(log.carrying(event), path, "present", "absent", "E02.FR.13")


def timestamps_are_current(log: CaseLog) -> Iterator[Breach]:
    """No timestamp of the station lies in the future (4 s are tolerated in the labs)."""
    for frame in log.of_sut:
        # What a vendor transfers means what the vendor says (P01).
        if frame.frame.kind is not FrameKind.CALL or frame.frame.action == "DataTransfer":
            continue
        for path, value in _times(frame.frame.payload, "$"):
            yield from _not_ahead(frame, path, value, log.sut.deviation)


def _times(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every time of an event or a measurement in a payload."""
    if isinstance(value, dict):
        for name, inside in cast(Payload, value).items():
            if name in ("timestamp", "generatedAt"):
                yield f"{path}.{name}", inside
            elif name != "customData":
                yield from _times(inside, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inside in enumerate(cast(list[Any], value)):
            yield from _times(inside, f"{path}[{index}]")


def _not_ahead(frame: Traffic, path: str, value: Any, deviation: float) -> Iterator[Breach]:
    moment = parse_time(value)
    if moment is not None and moment > frame.at + timedelta(seconds=deviation):
        expected = f"not after {frame.at.isoformat()} + {deviation:g} s"
        yield Breach.of(frame, path, expected, moment.isoformat(), "Part 6, 2.1")


def retries_keep_the_boot_interval(log: CaseLog) -> Iterator[Breach]:
    """A station that is not accepted repeats BootNotification no earlier than it was told."""
    calls = [t for t in log.of_sut if t.frame.kind is FrameKind.CALL]
    answers = {id(t.answers): t for t in log.traffic if t.sent and t.answers is not None}
    triggered = [
        t.t
        for t in log.traffic
        if t.sent and t.frame.payload.get("requestedMessage") == "BootNotification"
    ]
    boots = [t for t in calls if t.frame.action == "BootNotification"]
    for earlier, later in itertools.pairwise(boots):
        answer = answers.get(id(earlier))
        if answer is None or answer.frame.payload.get("status") == "Accepted":
            continue
        rebooted = later.frame.payload.get("reason") not in (
            "Triggered",
            earlier.frame.payload.get("reason"),
        )
        # A trigger and a repetition may cross; the reason tells which of the two this one is.
        since = 0.0 if later.frame.payload.get("reason") == "Triggered" else answer.t
        asked = any(since < moment < later.t for moment in triggered)
        interval = float(answer.frame.payload.get("interval", 0))
        waited = later.t - answer.t
        # Half a second for clocks and rounding: the interval is given in whole seconds.
        if not asked and not rebooted and waited < interval - 0.5:
            expected = f"at least {interval:g} s after the answer"
            yield Breach.of(later, "", expected, f"{waited:.1f} s", "B02.FR.04, B03.FR.02")


def generated_at_is_current(log: CaseLog) -> Iterator[Breach]:
    """A report says when it was made: a time of this case, whatever the zone (generatedAt)."""
    oldest = (log.began or clock.now()) - timedelta(minutes=30)
    for arrival in log.arrivals:
        moment = parse_time(arrival.payload.get("generatedAt"))
        if arrival.action == "NotifyReport" and moment is not None and moment < oldest:
            expected, actual = "a time of this case", moment.isoformat()
            yield Breach.of(arrival.traffic, "$.generatedAt", expected, actual, "Part 2, 1.2")


STATION: tuple[Rule, ...] = (
    sequence_numbers_are_contiguous,
    transactions_start_once_and_end_once,
    connected_evse_is_named,
    charging_state_change_has_its_reason,
    timestamps_are_current,
    retries_keep_the_boot_interval,
    generated_at_is_current,
)
