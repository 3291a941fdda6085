"""Rules that hold in every case, whatever it is about: Part 4, Part 2, and Part 6 2.1 and 3.1.

Each is a small function from the log of a case to the breaches it sees. They are read when a case
has ended, so that a rule never changes what a case does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from harness import clock
from harness.evidence.verdict import Severity
from harness.ocppj import schema
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Apart, Arrival, Broken, Closed, Event, Opened, Traffic
from harness.ocppj.payloads import inner, objects
from harness.rules.additional import Act, caused_events, is_quiet
from harness.spec.background import BACKGROUND_OF_CSMS, BACKGROUND_OF_STATION
from harness.spec.roles import Role
from harness.sut.model import Sut


@dataclass(frozen=True)
class Firmware:
    """Versions that a station has told at its boots, and how far another is installed.

    ``stage`` of the update that is under way: "begun", "booted" where it has told another version
    since then; else "". ``tried``: versions that it has told since then, and is to tell no more if
    the update fails. ``ready``: one is installed, and no boot has told its version yet.
    """

    versions: frozenset[str] = frozenset()
    stage: str = ""
    ready: bool = False
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CaseLog:
    """What the rules look at. ``seen_ids`` are message ids of CALLs in earlier cases."""

    sut: Sut
    events: list[Event]
    arrivals: list[Arrival]
    seen_ids: frozenset[str] = frozenset()
    #: Arrivals that may only come after a registration, with the registration at that time.
    unregistered: list[tuple[Arrival, str]] = field(default_factory=list[tuple[Arrival, str]])
    #: Transactions whose Started event had come before this case.
    started_earlier: frozenset[str] = frozenset()
    #: Whether the case came to its last line, so that what it wanted was claimed.
    complete: bool = True
    #: Seconds after which the station gives up an answer that a case keeps from it, at most and
    #: at least: what it is set to may leave that open.
    message_timeout: float = math.inf
    least_message_timeout: float = math.inf
    #: What the station is set to, as it told at the end: values by the names of variables.
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    #: What a station had told of its firmware in earlier cases.
    firmware: Firmware = Firmware()
    #: What was done at a station.
    acts: tuple[Act, ...] = ()
    #: When the case ended, in monotonic seconds.
    ended: float = field(default_factory=clock.monotonic)

    @cached_property
    def traffic(self) -> list[Traffic]:
        """All frames, both directions."""
        return [e for e in self.events if isinstance(e, Traffic)]

    @property
    def began(self) -> datetime | None:
        """When the first frame was seen, whoever asked for it."""
        frames = (e.at for e in self.events if isinstance(e, (Traffic, Apart)))
        return next((at for at in frames if at is not None), None)

    def time_of(self, moment: float) -> datetime | None:
        """What the clock showed then (monotonic seconds); None where there was no frame."""
        known = next(((frame.at, frame.t) for frame in self.traffic), None)
        return known and known[0] + timedelta(seconds=moment - known[1])

    def carrying(self, payload: Payload) -> Traffic:
        """The CALL of the system with this payload: itself, and not an equal one."""
        return next(a.traffic for a in self.arrivals if a.traffic.frame.payload is payload)

    @cached_property
    def of_sut(self) -> list[Traffic]:
        """The frames that the system under test sent."""
        return [t for t in self.traffic if not t.sent]


@dataclass(frozen=True)
class Breach:
    """What a rule found; ``frame``: the id of the message that shows it, where it is one."""

    message: str
    path: str
    expected: str
    actual: object
    requirement: str = ""
    severity: Severity = Severity.FAILURE
    frame: str = ""

    @classmethod
    def of(
        cls,
        frame: Traffic,
        path: str,
        expected: str,
        actual: object,
        requirement: str = "",
        severity: Severity = Severity.FAILURE,
    ) -> Breach:
        """What one message shows."""
        return cls(frame.name, path, expected, actual, requirement, severity, frame.frame.id)


Rule = Callable[[CaseLog], Iterator[Breach]]


def frames_are_ocpp(log: CaseLog) -> Iterator[Breach]:
    """Every message is an OCPP-J frame."""
    for event in log.events:
        if isinstance(event, Broken):
            actual = f"{event.problem.problem}: {event.problem.excerpt}"
            yield Breach("message", "", "an OCPP-J frame", actual, "Part 4, 4.1-4.2")


def payloads_follow_schema(log: CaseLog) -> Iterator[Breach]:
    """Every payload follows the JSON schema of its message."""
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALLERROR:
            continue
        action = frame.frame.action
        if action not in log.sut.edition.actions:
            if frame.frame.kind is FrameKind.CALL:
                expected = f"an {log.sut.edition.name} message"
                yield Breach.of(frame, "", expected, action, "Part 4, 4.1.6")
            continue
        for problem in schema.problems(log.sut.edition, frame.name, frame.frame.payload):
            yield Breach.of(frame, problem.path, problem.expected, problem.actual, "Part 4, 4.1.7")


def subprotocol_is_agreed(log: CaseLog) -> Iterator[Breach]:
    """Connections use the sub-protocol of the edition."""
    expected = log.sut.edition.subprotocol
    for event in log.events:
        if isinstance(event, Opened) and event.subprotocol != expected:
            yield Breach("connection", "", expected, event.subprotocol, "Part 4, 3.1.2")


def message_ids_are_unique(log: CaseLog) -> Iterator[Breach]:
    """A CALL's id was never used before by the same sender, and has at most 36 characters.

    What was not answered may be sent again with the same id (erratum 2024-09).
    """
    seen = set(log.seen_ids)
    answered = {id(f.answers) for f in log.traffic if f.sent}
    unanswered: set[tuple[str, str]] = set()
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALL:
            continue
        again = (frame.frame.id, frame.frame.action) in unanswered
        if frame.frame.id in seen and not again:
            yield Breach.of(frame, "messageId", "a new id", frame.frame.id, "Part 4, 4.1.4")
        unanswered.discard((frame.frame.id, frame.frame.action))
        if id(frame) not in answered:
            unanswered.add((frame.frame.id, frame.frame.action))
        if len(frame.frame.id) > 36:
            yield Breach.of(frame, "messageId", "36 characters", frame.frame.id, "Part 4, 4.1.4")
        seen.add(frame.frame.id)


def one_call_at_a_time(log: CaseLog) -> Iterator[Breach]:
    """No CALL is sent before the one before it was answered, on the same connection."""
    answered = {id(f.answers): f.t for f in log.traffic if f.sent and f.answers is not None}
    earlier: dict[int, Traffic] = {}
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALL:
            continue
        before = earlier.get(frame.wire)
        if before is not None and frame.t < _open_until(log, before, answered):
            actual = f"sent while {before.name} had no answer yet"
            yield Breach.of(frame, "", "one outstanding CALL", actual, "Part 4, 4.1.1")
        earlier[frame.wire] = frame


def _open_until(log: CaseLog, call: Traffic, answered: Mapping[int, float]) -> float:
    """When a CALL was answered or given up; the clocks of both sides differ a little."""
    return min(answered.get(id(call), math.inf), call.t + log.least_message_timeout - 0.5)


def answers_belong_to_calls(log: CaseLog) -> Iterator[Breach]:
    """Every CALLRESULT and CALLERROR answers an open CALL of ours, once."""
    names = {
        frame.answers.frame.id: frame.answers.frame.action for frame in log.of_sut if frame.answers
    }
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALL and frame.answers is None:
            earlier = names.get(frame.frame.id)
            actual = f"a second answer to {earlier}" if earlier else frame.frame.id
            expected, source = "the id of an open CALL", "Part 4, 4.1.4"
            name, number = frame.frame.kind.name, frame.frame.id
            yield Breach(name, "messageId", expected, actual, source, frame=number)


def calls_are_answered(log: CaseLog) -> Iterator[Breach]:
    """Every CALL of ours is answered in time, unless the connection ended first."""
    answered = {id(f.answers) for f in log.of_sut if f.answers is not None}
    limit = log.sut.limits.response
    for frame in log.traffic:
        if not frame.sent or frame.frame.kind is not FrameKind.CALL or id(frame) in answered:
            continue
        if _end_of_connection(log, frame) - frame.t >= limit:
            yield Breach.of(frame, "", f"an answer within {limit:g} s", "none", "Part 4, 4.1.1")


def _end_of_connection(log: CaseLog, frame: Traffic) -> float:
    """When the frame's connection closed, or another one took its place: power loss closes none."""
    ends = [
        event.t
        for event in log.events
        if (isinstance(event, Closed) and event.wire == frame.wire)
        or (isinstance(event, Opened) and event.wire != frame.wire and event.t > frame.t)
    ]
    return min(ends, default=log.ended)


def only_boot_notification_before_acceptance(log: CaseLog) -> Iterator[Breach]:
    """Until it is accepted, a station sends BootNotification and what it was asked for."""
    for arrival, registration in log.unregistered:
        yield Breach.of(
            arrival.traffic,
            "",
            "no CALL but BootNotification before acceptance",
            f"sent while {registration}",
            "B01.FR.08, B02.FR.02, B03.FR.02",
        )


def _explained(arrival: Arrival, role: Role) -> bool:
    if arrival.claimed_by or arrival.owed_to:
        return True
    if role is Role.CSMS:
        return arrival.action in BACKGROUND_OF_CSMS
    if arrival.action == "TransactionEvent":
        return is_quiet(arrival)
    return arrival.action in BACKGROUND_OF_STATION


def _boots_again(log: CaseLog) -> Iterator[Arrival]:
    """BootNotifications of a station that was not accepted yet (B02.FR.08, B03.FR.06)."""
    told = {id(f.answers): f.frame.payload.get("status", "Accepted") for f in log.traffic if f.sent}
    boots = [a for a in log.arrivals if a.action == "BootNotification"]
    for earlier, later in itertools.pairwise(boots):
        if told.get(id(earlier.traffic)) != "Accepted":
            yield later


def _begins_again(log: CaseLog) -> Iterator[Arrival]:
    """Events of a transaction that begins after a reset because the EV is still there (E01.FR.02).

    Its first event comes after the end of another one. It has no driver who identifies himself.
    """
    resets = [f.t for f in log.traffic if f.sent and f.frame.action == "Reset"]
    ended, begun = False, set[object]()
    for arrival in log.arrivals:
        if arrival.action != "TransactionEvent" or arrival.owed_to:
            continue
        kind = arrival.payload.get("eventType")
        transaction = str(inner(arrival.payload, "transactionInfo").get("transactionId"))
        if kind == "Started" and ended and any(t < arrival.traffic.t for t in resets):
            begun.add(transaction)
        ended = ended or kind == "Ended"
        by_driver = arrival.payload.get("triggerReason") in ("EVCommunicationLost", "EVDeparted")
        if transaction in begun and (kind != "Ended" or by_driver) and not _is_presented(arrival):
            yield arrival


def _is_presented(arrival: Arrival) -> bool:
    """Whether an event tells of an idToken that somebody has to hold to a reader or key in."""
    return inner(arrival.payload, "idToken").get("type") in ("ISO14443", "ISO15693", "KeyCode")


def _announces_itself(log: CaseLog, arrival: Arrival) -> bool:
    """Whether it is the BootNotification after an interruption that the harness has caused.

    Part 4, 5.3 says that a station should not send it then, not that it shall not.
    """
    if arrival.action != "BootNotification":
        return False
    ends = [e for e in log.events[: arrival.mark] if isinstance(e, Closed)]
    first = next(a for a in log.arrivals if a.traffic.wire == arrival.traffic.wire)
    if not ends or first is not arrival or ends[-1].wire == arrival.traffic.wire:
        return False
    return ends[-1].end.by is ClosedBy.HARNESS or _told_to_leave(log, ends[-1])


def _told_to_leave(log: CaseLog, end: Closed) -> bool:
    """Whether a station closed a connection because of a password or a certificate of ours.

    Or because an answer was kept from it, which it may take for a loss (Part 2, 3.2).
    """
    answers = (t for t in log.of_sut if t.answers is not None and t.wire == end.wire)
    asked = (cast(Traffic, t.answers).frame for t in answers if t.t <= end.t)
    credentials = any(
        frame.action == "CertificateSigned" or _sets_password(frame.payload) for frame in asked
    )
    return credentials or math.isfinite(log.message_timeout)


def _sets_password(payload: Payload) -> bool:
    items = objects(payload, "setVariableData")
    return any(inner(item, "variable").get("name") == "BasicAuthPassword" for item in items)


def _boots_elsewhere(log: CaseLog) -> Iterator[Arrival]:
    """The first BootNotification at another endpoint than before (B10.FR.10)."""
    opened = [e for e in log.events if isinstance(e, Opened)]
    moved = {b.wire for a, b in itertools.pairwise(opened) if a.endpoint != b.endpoint}
    for arrival in log.arrivals:
        if arrival.action == "BootNotification" and arrival.traffic.wire in moved:
            moved.discard(arrival.traffic.wire)
            yield arrival


def no_unexpected_message(log: CaseLog) -> Iterator[Breach]:
    """Every CALL was expected by the case or is background that OCPP allows."""
    if not log.complete:
        return
    excused = {id(arrival) for arrival, _ in log.unregistered}
    excused |= {id(arrival) for arrival in (*_boots_again(log), *_begins_again(log))}
    excused |= {id(arrival) for arrival in _boots_elsewhere(log)}
    excused |= {id(arrival) for arrival in caused_events(log.acts, log.traffic, log.arrivals)}
    for arrival in log.arrivals:
        if _explained(arrival, log.sut.role) or id(arrival) in excused:
            continue
        legal = log.sut.role is Role.CSMS or _announces_itself(log, arrival)
        severity = Severity.WARNING if legal else Severity.FAILURE
        yield Breach.of(
            arrival.traffic,
            "",
            "not sent: nothing in this case calls for it",
            dict(arrival.payload),
            "Part 4, 5.3" if arrival.action == "BootNotification" else "",
            severity,
        )


GENERAL: tuple[Rule, ...] = (
    frames_are_ocpp,
    payloads_follow_schema,
    subprotocol_is_agreed,
    message_ids_are_unique,
    one_call_at_a_time,
    answers_belong_to_calls,
    calls_are_answered,
    only_boot_notification_before_acceptance,
    no_unexpected_message,
)
