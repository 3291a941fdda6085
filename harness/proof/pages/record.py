"""What a run recorded, as a page tells it: what was judged, sent and done, each at its step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from harness.evidence.matchers import MISSING
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Stage, Validation
from harness.ocppj.frames import FrameKind, Payload
from harness.proof.mutation.shape import Path, leaves, parse, value_at
from harness.proof.pages.values import Scope, UnknownName
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.kits import KITS

_SUFFIX = {int(FrameKind.CALL): "Request", int(FrameKind.CALLRESULT): "Response"}


@dataclass(frozen=True)
class Sent:
    """A message of the harness: a request at its step, or the answer to one claimed at ``step``.

    ``step`` "" is no step: an answer to background traffic, a heartbeat. A CALLERROR has its code
    as ``payload["errorCode"]``.
    """

    step: str
    stage: Stage
    message: str
    payload: Payload
    scope: Scope

    @property
    def is_request(self) -> bool:
        """Whether it is a CALL."""
        return self.message.endswith("Request")


@dataclass(frozen=True)
class Done:
    """An act that is no message: of the operator, or of the harness. ``step`` as far as known.

    ``asked``: the action and its parameters as the operator was given them.
    """

    step: str
    stage: Stage
    by: str
    act: str
    facts: Mapping[str, Any]
    scope: Scope
    asked: tuple[str, Payload] | None = None


@dataclass(frozen=True)
class Record:
    """Everything that one run recorded, in order.

    ``scope`` is that of its end, ``scopes`` those in which messages arrived, by their ids.
    """

    judged: tuple[Validation, ...]
    sent: tuple[Sent, ...]
    done: tuple[Done, ...]
    scope: Scope
    scopes: Mapping[str, Scope] = field(default_factory=dict[str, Scope])

    def scope_of(self, validation: Validation) -> Scope:
        """What names stood for when the judged message came."""
        return self.scopes.get(validation.frame, self.scope)


@dataclass
class _Earlier:
    """The messages before a moment, for names that look back; ``known``: further names."""

    sut: Sut
    known: Mapping[str, Any]
    messages: dict[str, list[Payload]] = field(default_factory=dict[str, list[Payload]])

    def add(self, message: str, payload: Payload) -> None:
        self.messages.setdefault(message, []).append(payload)

    def at(self, moment: datetime, of: str = "") -> Scope:
        """What names stand for at a moment, in a message of this name."""
        counts = {message: len(each) for message, each in self.messages.items()}
        such = tuple(self.messages.get(of, ()))

        def look_up(name: str) -> Any:
            if name in self.known:
                return self.known[name]
            head, _, rest = name.partition(".")
            message, _, place = head.rstrip("]").partition("[")
            if not message.endswith(tuple(_SUFFIX.values())):
                return _attribute(self.sut, name)
            earlier = self.messages.get(message, [])[: counts.get(message, 0)]
            chosen = earlier[int(place) :][:1] if place else earlier[-1:]
            return value_at(chosen[0], parse(f"$.{rest}")) if chosen else MISSING

        def used(value: Any) -> bool:
            fields = (field for payload in such for field in payload.values())
            if isinstance(value, dict):
                return any(value in field for field in fields if isinstance(field, list))
            return any(str(v) == str(value) for payload in such for _path, v in leaves(payload))

        return Scope(look_up, used, moment)


def _attribute(owner: Any, name: str) -> Any:
    for part in name.split("."):
        if part.isdecimal():
            owner = cast(Mapping[int, Any], owner).get(int(part), MISSING)
        elif hasattr(owner, part):
            owner = getattr(owner, part)
        else:
            raise UnknownName(f"<{name}>")
    return owner


def record(
    sut: Sut,
    entries: Sequence[Entry],
    validations: Sequence[Validation],
    claims: Mapping[str, str],
    known: Mapping[str, Any],
) -> Record:
    """The record of a run; ``claims``: the step that claimed each CALL of the system, by its id.

    ``known``: what names of pages stand for beside what the messages and ``sut`` say.
    """
    earlier, sent, done = _Earlier(sut, known), list[Sent](), list[Done]()
    scope, scopes = earlier.at(datetime.min), dict[str, Scope]()
    for entry in entries:
        scope = earlier.at(entry.at, _message(entry.data) if "type" in entry.data else "")
        match entry.kind:
            case Kind.SENT:
                sent.append(_sent(entry, claims, scope))
                earlier.add(sent[-1].message, sent[-1].payload)
            case Kind.RECEIVED if "payload" in entry.data:
                scopes[entry.data["id"]] = scope
                earlier.add(_message(entry.data), entry.data["payload"])
            case Kind.OPERATOR if entry.data["outcome"] == "begun":
                done.append(_operator(entry, sut.role, scope))
            case Kind.ACT:
                done.append(_act(entry, scope))
            case _:
                pass
    return Record(tuple(validations), tuple(sent), tuple(done), scope, scopes)


def _message(data: Mapping[str, Any]) -> str:
    return f"{data['action']}{_SUFFIX.get(int(data['type']), ' CALLERROR')}"


def _sent(entry: Entry, claims: Mapping[str, str], scope: Scope) -> Sent:
    data = entry.data
    message = _message(data)
    payload: Payload = data.get("payload") or {}
    if int(data["type"]) == FrameKind.CALLERROR:
        payload = {"errorCode": data["code"]}
    if "step" in data:
        return Sent(data["step"], Stage(data["stage"]), message, payload, scope)
    step = claims.get(data["id"], "")
    stage = Stage.BEFORE if step.startswith("Before") else Stage.MAIN
    return Sent(step, stage, message, payload, scope)


def _operator(entry: Entry, role: Role, scope: Scope) -> Done:
    data = entry.data
    by = KITS[role].acts_by
    act, facts = str(data["action"]), dict(data["parameters"])
    if act == "ask":
        act, facts = f"{facts['message']}Request", dict(_flat(facts["payload"]))
    asked = (str(data["action"]), data["parameters"])
    return Done(str(data["step"]), Stage(data["stage"]), by, act, facts, scope, asked)


def _act(entry: Entry, scope: Scope) -> Done:
    data = entry.data
    stage = Stage(data["stage"])
    return Done(str(data["step"]), stage, "harness", str(data["act"]), data["facts"], scope)


def _flat(payload: Payload) -> Iterator[tuple[str, Any]]:
    for path, value in leaves(payload):
        yield dotted(path), value


def dotted(path: Path) -> str:
    """A path as pages write it: ``setVariableData[0].component.name``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
