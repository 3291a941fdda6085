"""A passing run as data: what the system under test sent, and what was judged of each frame."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.matchers import Place
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Stage
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Traffic
from harness.peers.conductor import PRECONDITIONS
from harness.proof.embedded_run import Outcome
from harness.proof.mutation.plan import Judged, Recording, SentFrame, Silence
from harness.proof.mutation.shape import Counting, FrameId, parse
from harness.reference.rpc import CALL, Message
from harness.spec.roles import Role


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
    _claims(outcome, frames)
    silences: list[Silence] = []
    unplaced: list[str] = []
    entries = outcome.peer.transcript.entries
    for at, entry in enumerate(entries):
        data = entry.data
        if entry.kind is not Kind.VALIDATION or data["stage"] == Stage.RULE or not data["ok"]:
            continue
        heard = [frame for frame in frames if frame.at < at]
        match data["matcher"]:
            case {"fact": "silence", "message": message, "fields": fields}:
                after = _last_said(heard).id
                silences.append(Silence(str(data["step"]), message, fields, after))
            case _:
                unplaced += _attach(data, heard)
    begun = _main_begins(entries)
    answers = _answers(outcome)
    told = [f for f in frames if f.judged or not f.traffic.own]
    done = tuple(_done(f, frames, begun, answers) for f in told)
    return Recording(role, case_id, variant, done, tuple(silences), tuple(unplaced))


def _frames(outcome: Outcome, messages: Sequence[Message]) -> list[_Frame]:
    """What the system sent, in order; a message id may come again (Part 4, erratum 4.6)."""
    counting = Counting()
    names: defaultdict[tuple[int, str], list[tuple[FrameId, Message]]] = defaultdict(list)
    for message in messages:
        names[message.kind, message.id].append((counting.name(message), message))
    places: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for at, entry in enumerate(outcome.peer.transcript.entries):
        if entry.kind is Kind.RECEIVED and "type" in entry.data:
            places[int(entry.data["type"]), entry.data["id"]].append(at)
    found: list[_Frame] = []
    for event in outcome.peer.inbox.events:
        if isinstance(event, Traffic) and not event.sent:
            key = (int(event.frame.kind), event.frame.id)
            if names[key] and places[key]:
                found.append(_Frame(*names[key].pop(0), event, places[key].pop(0)))
    return found


def _last_said(heard: list[_Frame]) -> _Frame:
    """The last frame before a silence, but for heartbeats, which come whenever they come."""
    return [frame for frame in heard if frame.id.action != "Heartbeat"][-1]


def _main_begins(entries: Sequence[Entry]) -> int:
    """Where the first numbered step of the page was reached."""
    steps = (
        at
        for at, entry in enumerate(entries)
        if entry.kind is Kind.STEP and str(entry.data["step"])[:1].isdigit()
    )
    return next(steps, len(entries))


def _claims(outcome: Outcome, frames: list[_Frame]) -> None:
    by_traffic = {id(frame.traffic): frame for frame in frames}
    for arrival in outcome.peer.inbox.arrivals:
        frame = by_traffic.get(id(arrival.traffic))
        step = arrival.claimed_by
        if frame is not None and step and step != PRECONDITIONS:
            frame.main = frame.main or arrival.claimed_in is not Stage.BEFORE
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
        judged=tuple(frame.judged),
        answer=answers.get(id(frame.traffic)),
        follower=_follower(frame, frames),
        own=frame.traffic.own,
    )


def _follower(frame: _Frame, frames: list[_Frame]) -> FrameId | None:
    if frame.id.kind != CALL:
        return None
    later = frames[frames.index(frame) + 1 :]
    calls = (f for f in later if f.id.kind == CALL and f.traffic.wire == frame.traffic.wire)
    found = next(calls, None)
    return None if found is None or found.id.says == frame.id.says else found.id


# -- which frame a validation is about


def _attach(data: Mapping[str, Any], heard: list[_Frame]) -> Iterator[str]:
    """Note the validation at what it judged; in words, if that is not known."""
    where = f"step {data['step']}: {data['message']} {data['path']}: {json.dumps(data['matcher'])}"
    places = list(_places(data))
    if not places and not _is_fact(data["matcher"]):
        yield f"{where}: of no message"
    for place in places:
        frame = next((f for f in reversed(heard) if f.message.id == place.frame), None)
        if frame is None:
            yield f"{where}: of an unknown message"
        else:
            wanted = data["matcher"] if place.matcher is None else place.matcher
            _note(frame, Judged(str(data["step"]), parse(place.path), wanted), data["stage"])


def _places(data: Mapping[str, Any]) -> Iterator[Place]:
    if data["places"]:
        yield from (Place(**place) for place in data["places"])
    elif data["frame"]:
        yield Place(data["frame"], data["path"])


def _is_fact(matcher: Any) -> bool:
    """Whether it is about no value; it may be about no message, then."""
    return isinstance(matcher, dict) and "fact" in matcher


def _note(frame: _Frame, judged: Judged, stage: Stage) -> None:
    if judged not in frame.judged:
        frame.judged.append(judged)
    frame.main = frame.main or stage != Stage.BEFORE
    if judged.step not in frame.steps:
        frame.steps.append(judged.step)
