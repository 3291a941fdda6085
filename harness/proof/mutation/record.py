"""A passing run as data: what the system under test sent, and what was judged of each frame."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Stage
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival, Traffic
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, folded, key_of
from harness.peers.connectors import reports
from harness.proof.embedded_run import Outcome
from harness.proof.mutation.plan import Judged, Recording, SentFrame, Silence
from harness.proof.mutation.shape import MISSING, Counting, FrameId, Path, parse, value_at
from harness.reference.rpc import CALL, ERROR, RESULT, Message
from harness.spec.roles import Role

_CONNECTOR = re.compile(r"evse (\d+) connector (\d+) (status|trigger)")
_OF_THE_PAGE = re.compile(r"\d")
#: Validations of what the system did not do on the wire, or not by a frame.
_NO_FRAME = (
    *("connection", "what the CSMS shows", "all frames"),
    *("TLS handshake", "CSMS certificate"),
    *("ClientHello", "client certificate", "HTTP upgrade request"),
)


@dataclass
class _Frame:
    """A frame while its validations are collected; ``at`` is its entry in the transcript."""

    id: FrameId
    message: Message
    traffic: Traffic
    at: int
    steps: list[str] = field(default_factory=list[str])
    judged: list[Judged] = field(default_factory=list[Judged])
    main: bool = False


def recording(
    role: Role, case_id: str, variant: str, outcome: Outcome, messages: Sequence[Message]
) -> Recording:
    """The run of a case; ``messages`` are those that left the system since the case began."""
    frames = _frames(outcome, messages)
    by_id = {(frame.message.kind, frame.message.id): frame for frame in frames}
    _claims(outcome, by_id)
    silences: list[Silence] = []
    unplaced: list[str] = []
    for at, entry in enumerate(outcome.peer.transcript.entries):
        if entry.kind is Kind.VALIDATION and entry.data["message"] not in _NO_FRAME:
            heard = [frame for frame in frames if frame.at < at]
            if str(entry.data["actual"]) == "silence":
                what, step = str(entry.data["message"]), str(entry.data["step"])
                silences.append(Silence(step, what, _last_said(heard).id))
            elif not _attach(entry, heard):
                unplaced.append(_unplaced(entry))
    begun = _main_begins(outcome.peer.transcript.entries)
    answers = _answers(outcome)
    done = tuple(_done(f, frames, begun, answers) for f in frames)
    return Recording(role, case_id, variant, done, tuple(silences), tuple(unplaced))


def _unplaced(entry: Entry) -> str:
    data = entry.data
    return f"step {data['step']}: {data['message']} {data['path']}: {data['expected']}"


def _frames(outcome: Outcome, messages: Sequence[Message]) -> list[_Frame]:
    counting = Counting()
    names = {(m.kind, m.id): (counting.name(m), m) for m in messages}
    places = {
        (entry.data["type"], entry.data["id"]): at
        for at, entry in enumerate(outcome.peer.transcript.entries)
        if entry.kind is Kind.RECEIVED and "type" in entry.data
    }
    found: list[_Frame] = []
    for event in outcome.peer.inbox.events:
        if isinstance(event, Traffic) and not event.sent:
            key = (int(event.frame.kind), event.frame.id)
            if key in names and key in places:
                found.append(_Frame(*names[key], event, places[key]))
    return found


def _last_said(heard: list[_Frame]) -> _Frame:
    """The last frame before a silence, but for heartbeats, which come whenever they come."""
    return [frame for frame in heard if frame.id.action != "Heartbeat"][-1]


def _main_begins(entries: Sequence[Entry]) -> int:
    """Where the first numbered step of the page was reached."""
    steps = (
        at
        for at, entry in enumerate(entries)
        if entry.kind is Kind.STEP and _OF_THE_PAGE.match(str(entry.data["step"]))
    )
    return next(steps, len(entries))


def _claims(outcome: Outcome, by_id: dict[tuple[int, str], _Frame]) -> None:
    for arrival in outcome.peer.inbox.arrivals:
        frame = by_id.get((CALL, arrival.traffic.frame.id))
        step = arrival.claimed_by
        if frame is not None and step and step != "general pre-conditions":
            frame.main = frame.main or not step.startswith("Before")
            if step not in frame.steps:
                frame.steps.append(step)


def _answers(outcome: Outcome) -> dict[int, Payload]:
    return {
        id(event.answers): event.frame.payload
        for event in outcome.peer.inbox.events
        if isinstance(event, Traffic) and event.sent and event.frame.kind is FrameKind.CALLRESULT
    }


def _done(
    frame: _Frame, frames: list[_Frame], main_begins: int, answers: dict[int, Payload]
) -> SentFrame:
    return SentFrame(
        frame.id,
        frame.message.payload,
        before=not frame.main and frame.at < main_begins,
        steps=tuple(frame.steps),
        judged=tuple(dict.fromkeys(frame.judged)),
        answer=answers.get(id(frame.traffic)),
        follower=_follower(frame, frames),
    )


def _follower(frame: _Frame, frames: list[_Frame]) -> FrameId | None:
    if frame.id.kind != CALL:
        return None
    later = frames[frames.index(frame) + 1 :]
    calls = (f for f in later if f.id.kind == CALL and f.traffic.wire == frame.traffic.wire)
    found = next(calls, None)
    return None if found is None or found.id.says == frame.id.says else found.id


# -- which frame a validation is about


def _attach(entry: Entry, heard: list[_Frame]) -> bool:
    """Note the validation at what it judged; False if that was not found."""
    data = entry.data
    places = list(_about(data, heard))
    for frame, path in places:
        step = str(data["step"])
        frame.judged.append(Judged(step, path, str(data["expected"])))
        frame.main = frame.main or data["stage"] != Stage.BEFORE
        if step not in frame.steps:
            frame.steps.append(step)
    return bool(places)


def _about(data: dict[str, Any], heard: list[_Frame]) -> Iterator[tuple[_Frame, Path]]:
    """The frames, and the place in each, that a validation judged."""
    message, path = str(data["message"]), str(data["path"])
    kind = ERROR if message.endswith(" CALLERROR") else RESULT
    if not message.endswith("Request"):
        same = [f for f in heard if f.id.message == message and f.id.kind == kind]
        if same:
            yield same[-1], parse(path)
        return
    named = [f for f in heard if f.id.message == message]
    claimed = [f for f in named if str(data["step"]) in f.steps] or named
    place = _CONNECTOR.match(path)
    if place:
        yield from _of_connector(claimed, (int(place[1]), int(place[2])), place[3])
    elif "reportData" in path:
        yield from _of_report(claimed, path)
    elif "(" in path:
        yield from _of_variable(claimed, path, str(data["expected"]))
    else:
        yield from _by_value(claimed, parse(path), data["actual"])


def _by_value(claimed: list[_Frame], path: Path, actual: Any) -> Iterator[tuple[_Frame, Path]]:
    """The last one that has what was judged: an expectation may pass over others.

    Where the validation says something about the value and not the value itself, the last one.
    """
    found = [(frame, value_at(frame.traffic.frame.payload, path)) for frame in reversed(claimed)]
    exact = (f for f, v in found if not path or str(v) == str(actual) or _both_absent(v, actual))
    some = (frame for frame, value in found if value is not MISSING)
    frame = next(exact, None) or next(some, None)
    if frame is not None:
        yield frame, path


def _both_absent(value: Any, actual: Any) -> bool:
    return value is MISSING and str(actual) == "absent"


def _of_connector(
    claimed: list[_Frame], connector: tuple[int, int], what: str
) -> Iterator[tuple[_Frame, Path]]:
    """The last report of a connector: its status, and that it is about this connector."""
    for frame in reversed(claimed):
        arrival = Arrival(frame.traffic, 0)
        if all(report.connector != connector for report in reports(arrival)):
            continue
        if frame.id.action == "StatusNotification":
            yield frame, ("connectorStatus",)
            yield frame, ("evseId",)
            yield frame, ("connectorId",)
            return
        for index, event in enumerate(objects(frame.traffic.frame.payload, "eventData")):
            evse = inner(inner(event, "component"), "evse")
            if (evse.get("id"), evse.get("connectorId")) == connector:
                yield frame, ("eventData", index, "actualValue" if what == "status" else "trigger")
                return
        return


def _of_report(claimed: list[_Frame], path: str) -> Iterator[tuple[_Frame, Path]]:
    """A place in the parts of the last report, which was judged as a whole."""
    parts = _last_report(claimed)
    name = path.partition(" (")[2].removesuffix(")")
    steps = parse(path)
    if not name:
        yield from ((frame, steps) for frame in parts if len(parts) == 1)
        return
    rest = steps[2:]
    if rest[:1] == ("variableAttribute",):
        rest = _in_first_attribute(rest)
    found = [
        (frame, index)
        for frame in parts
        for index, item in enumerate(objects(frame.traffic.frame.payload, "reportData"))
        if name.lower() in (_label(item).lower(), str(folded(key_of(item))).lower())
    ]
    # The index counts the items of all parts, or of those that have this name.
    exact = [each for each in found if len(parts) == 1 and each[1] in steps[1:2]]
    for frame, index in (exact or found)[:1]:
        yield frame, ("reportData", index, *rest)


def _in_first_attribute(rest: Path) -> Path:
    """Some validations name a field of an attribute without saying of which one."""
    if len(rest) > 1 and isinstance(rest[1], int):
        return rest
    return ("variableAttribute", 0, *rest[1:]) if len(rest) > 1 else rest


def _last_report(claimed: list[_Frame]) -> list[_Frame]:
    request_ids = [frame.traffic.frame.payload.get("requestId") for frame in claimed]
    return [f for f, number in zip(claimed, request_ids, strict=True) if number == request_ids[-1]]


def _label(item: Payload) -> str:
    variable = inner(item, "variable")
    instance = f"[{variable['instance']}]" if "instance" in variable else ""
    return f"{inner(item, 'component').get('name')}.{variable.get('name')}{instance}"


def _of_variable(claimed: list[_Frame], path: str, expected: str) -> Iterator[tuple[_Frame, Path]]:
    """The element of a list that is about a variable: ``$.getVariableData (A.B)``."""
    steps = parse(path)
    wanted = folded(Variable.parse(path.partition(" (")[2].removesuffix(")")))
    for frame in claimed:
        items = objects(frame.traffic.frame.payload, str(steps[0]))
        places: defaultdict[Variable, list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            places[folded(key_of(item))].append(index)
        for index in places[wanted]:
            yield frame, (*steps, index, "component", "name")
            yield frame, (*steps, index, "variable", "name")
            if "attributeType" in expected:
                yield frame, (*steps, index, "attributeType")
