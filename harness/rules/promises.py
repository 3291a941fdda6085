"""Standing rules for a charging station under test: what it has accepted to do, it does.

A promise is judged where the case went on for as long as its fulfilment may take, on the connection
on which it was given.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator

from harness.ocppj.frames import Frame, FrameKind
from harness.ocppj.inbox import Closed, Event, Opened, Traffic
from harness.rules.frames import Breach, CaseLog, Rule

#: requestedMessage of a TriggerMessage: the actions that fulfil it, where it is not its own name.
_TRIGGERED = {
    "SignChargingStationCertificate": ("SignCertificate",),
    "SignV2GCertificate": ("SignCertificate",),
    "SignCombinedCertificate": ("SignCertificate",),
    # E02.FR.05: the state of a connector may be told by either.
    "StatusNotification": ("StatusNotification", "NotifyEvent"),
}
#: Requests for a report: the action of its parts, and the requirement.
_REPORTS = {
    "GetBaseReport": ("NotifyReport", "B07.FR.03-04"),
    "GetReport": ("NotifyReport", "B08.FR.03-04"),
    "GetMonitoringReport": ("NotifyMonitoringReport", "N02.FR.03-04"),
    "GetChargingProfiles": ("ReportChargingProfiles", "K09.FR.01"),
    "GetDisplayMessages": ("NotifyDisplayMessages", "O03.FR.02"),
    "CustomerInformation": ("NotifyCustomerInformation", "N09.FR.05-06, N10.FR.03-04, N10.FR.06"),
}


def reboots_open_a_connection(log: CaseLog) -> Iterator[Breach]:
    """A station that was told to reset boots on a new connection."""
    for reset, answer in _station_resets(log, "Accepted", "Scheduled"):
        boots = _calls(log, answer, "BootNotification")
        own = (f for f in boots if f.frame.payload.get("reason") != "Triggered")
        boot = next(own, None)
        if boot is not None and boot.wire == reset.wire and not _unregistered(log, boot):
            actual = "sent on the connection of the ResetRequest, which has not ended"
            source = "B11.FR.03-04, B12.FR.03-04"
            yield Breach.of(boot, "", "a new connection after the reboot", actual, source)


def accepted_resets_reboot(log: CaseLog) -> Iterator[Breach]:
    """A station that has accepted a reset reboots; one that has scheduled it, once it is idle."""
    for reset, answer in _station_resets(log, "Accepted"):
        yield from _not_rebooted(log, reset, answer.t, "B11.FR.03, B12.FR.04")
    for reset, answer in _station_resets(log, "Scheduled"):
        ended = _ended_after(log, answer)
        if ended is not None:
            yield from _not_rebooted(log, reset, ended, "B12.FR.01, B12.FR.03")


def _not_rebooted(log: CaseLog, reset: Traffic, since: float, source: str) -> Iterator[Breach]:
    limit = log.sut.limits.boot
    left = any(
        isinstance(event, Opened) or (isinstance(event, Closed) and event.wire == reset.wire)
        for event in _after(log, reset)
    )
    if not left and log.ended - since >= limit:
        expected, actual = f"a reboot within {limit:g} s", "the connection went on"
        number = reset.frame.id
        yield Breach("ResetResponse", "$.status", expected, actual, source, frame=number)


def _ended_after(log: CaseLog, answer: Traffic) -> float | None:
    """When the last transaction ended after that, if nothing has begun since."""
    last = None
    for frame in _after(log, answer):
        if not isinstance(frame, Traffic) or frame.frame.kind is not FrameKind.CALL:
            continue
        if frame.frame.action == "TransactionEvent":
            last = frame if frame.frame.payload.get("eventType") == "Ended" else None
        elif frame.frame.action in ("Authorize", "RequestStartTransaction", "ReserveNow"):
            last = None
    return None if last is None else last.t


def accepted_triggers_are_followed(log: CaseLog) -> Iterator[Breach]:
    """What a station has accepted to send when triggered, it sends."""
    for trigger, answer in _taken(log, "TriggerMessage", ("Accepted",)):
        wanted = str(trigger.frame.payload.get("requestedMessage"))
        actions = _TRIGGERED.get(wanted, (wanted,))
        # A new key takes a small station as long as a boot.
        limits = log.sut.limits
        limit = limits.boot if "SignCertificate" in actions else limits.event
        came = any(_calls(log, trigger, *actions))
        if not came and _watched(log, answer, answer.t) >= limit:
            expected = f"{' or '.join(actions)}Request within {limit:g} s"
            source = "F06.FR.05, F06.FR.10"
            yield Breach.of(answer, "$.status", expected, "none", source)


def accepted_reports_are_sent(log: CaseLog) -> Iterator[Breach]:
    """A report that was accepted comes, to its last part."""
    for action, (part_action, source) in _REPORTS.items():
        for request, answer in _taken(log, action, ("Accepted",)):
            number, limit = request.frame.payload.get("requestId"), log.sut.limits.event
            parts = [
                f
                for f in _calls(log, request, part_action)
                if f.frame.payload.get("requestId") == number
            ]
            if parts and parts[-1].frame.payload.get("tbc") is not True:
                continue
            if _watched(log, answer, parts[-1].t if parts else answer.t) >= limit:
                expected = f"{part_action}Requests with requestId {number} up to the last"
                actual = f"{len(parts)} with tbc true" if parts else "none"
                yield Breach.of(answer, "$.status", expected, actual, source)


def fulfilments(log: CaseLog, requests: Iterable[Frame]) -> Iterator[Traffic]:
    """The CALLs of the station by which it keeps what it promises in answer to these requests."""
    reports, triggered = set[tuple[str, object]](), set[str]()
    for request in requests:
        if request.action in _REPORTS:
            part_action, _ = _REPORTS[request.action]
            reports.add((part_action, request.payload.get("requestId")))
        elif request.action == "TriggerMessage":
            wanted = str(request.payload.get("requestedMessage"))
            triggered.update(_TRIGGERED.get(wanted, (wanted,)))
    for frame in log.of_sut:
        action, number = frame.frame.action, frame.frame.payload.get("requestId")
        is_call = frame.frame.kind is FrameKind.CALL
        # What a schema forbids there may be a list.
        is_part = isinstance(number, int) and (action, number) in reports
        if is_call and (is_part or action in triggered):
            yield frame


def _station_resets(log: CaseLog, *statuses: str) -> Iterator[tuple[Traffic, Traffic]]:
    found = _taken(log, "Reset", statuses)
    return (pair for pair in found if "evseId" not in pair[0].frame.payload)


def _taken(
    log: CaseLog, action: str, statuses: Collection[str]
) -> Iterator[tuple[Traffic, Traffic]]:
    """Requests of ours that were answered with one of these statuses, and the answers."""
    for answer in log.of_sut:
        request = answer.answers
        if request is None or answer.frame.kind is not FrameKind.CALLRESULT:
            continue
        if request.frame.action == action and answer.frame.payload.get("status") in statuses:
            yield request, answer


def _after(log: CaseLog, frame: Traffic) -> list[Event]:
    """What happened after that frame; several things may happen in one moment."""
    place = next(at for at, event in enumerate(log.events) if event is frame)
    return log.events[place + 1 :]


def _calls(log: CaseLog, since: Traffic, *actions: str) -> Iterator[Traffic]:
    """CALLs of the station after that frame."""
    frames = (event for event in _after(log, since) if isinstance(event, Traffic))
    calls = (f for f in frames if f.frame.kind is FrameKind.CALL and not f.sent)
    return (f for f in calls if f.frame.action in actions)


def _watched(log: CaseLog, answer: Traffic, since: float) -> float:
    """Seconds of its connection after that, in which no answer of ours was kept from it."""
    ends = [
        event.t
        for event in _after(log, answer)
        if isinstance(event, Opened) or (isinstance(event, Closed) and event.wire == answer.wire)
    ]
    held = log.message_timeout if math.isfinite(log.message_timeout) else 0.0
    return min([*ends, log.ended]) - since - held


def _unregistered(log: CaseLog, boot: Traffic) -> bool:
    """Whether the last BootNotification on that connection was not answered Accepted."""
    later = {id(event) for event in _after(log, boot)}
    told = [
        f.frame.payload.get("status")
        for f in log.traffic
        if f.sent and f.frame.action == "BootNotification" and f.wire == boot.wire
        if id(f) not in later
    ]
    return bool(told) and told[-1] != "Accepted"


PROMISES: tuple[Rule, ...] = (
    reboots_open_a_connection,
    accepted_resets_reboot,
    accepted_triggers_are_followed,
    accepted_reports_are_sent,
)
