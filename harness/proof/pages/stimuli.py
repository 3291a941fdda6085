"""Wrong stimuli: what the harness sends or has done, changed once each, must be noticed.

The change is made where the case asks for it, so that record and wire tell the same. It is noticed
where the case no longer passes or its page no longer agrees with the record.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.evidence.matchers import MISSING
from harness.evidence.verdict import Stage, Verdict
from harness.ocppj.frames import Frame, FrameKind, Payload
from harness.operators.performing import as_asked
from harness.proof.embedded_run import run_cases
from harness.proof.mutation.shape import leaves, parse, said, value_at, with_value
from harness.proof.mutation.typed import another, is_optional, is_time
from harness.proof.pages.check import recorded_by, runs
from harness.proof.pages.load import general
from harness.proof.pages.match import differences
from harness.proof.pages.model import Page
from harness.proof.pages.record import Record, Sent, dotted
from harness.proof.pages.values import fits
from harness.proof.pages.variants import variant_named
from harness.reference.rpc import Message
from harness.spec.catalogue import row

_KINDS = {"Request": FrameKind.CALL, "Response": FrameKind.CALLRESULT}


class Change(StrEnum):
    """What becomes of a stimulus."""

    LEFT_OUT = "left out"
    TWICE = "sent twice"
    ABSENT = "absent"
    OTHER = "another value"


@dataclass(frozen=True)
class Named:
    """The ``nth`` stimulus (from 0) of a run that says this."""

    what: str
    says: str
    nth: int


@dataclass(frozen=True)
class WrongStimulus:
    """One change of one stimulus; ``path`` and ``value`` of a field or parameter."""

    case_id: str
    variant: str
    stimulus: Named
    change: Change
    path: tuple[str | int, ...] = ()
    value: Any = None

    def __str__(self) -> str:
        where = dotted(self.path)
        more = f" {where}" + (f" = {self.value}" if self.change is Change.OTHER else "")
        what = f"{self.stimulus.what} #{self.stimulus.nth + 1}"
        return f"{what}{more if where else ''}: {self.change}"


@dataclass
class Counting:
    """Names stimuli as they come."""

    _seen: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def name(self, what: str, says: str) -> Named:
        """The name of the next one."""
        self._seen[what, says] += 1
        return Named(what, says, self._seen[what, says] - 1)

    def message(self, message: str, payload: Payload) -> Named:
        """The name of the next message."""
        return self.name(message, said(Message(2, "", message, payload)))


@dataclass
class Tampering:
    """Makes the change in a peer; ``done``: it was made."""

    wrong: WrongStimulus
    done: bool = False
    _counting: Counting = field(default_factory=Counting)

    def join(self, peer: Any) -> None:
        """Change what this peer sends and asks its operator for."""
        peer.outgoing = self.outgoing
        peer.operator = replace(peer.operator, acts=self.acts)

    def outgoing(self, frame: Frame) -> Sequence[Frame]:
        """What goes out in place of the message."""
        if frame.kind is FrameKind.CALLERROR:
            return [self._error(frame)]
        suffix = "Request" if frame.kind is FrameKind.CALL else "Response"
        name = self._counting.message(f"{frame.action}{suffix}", frame.payload)
        payloads = self._changed(name, frame.payload)
        again = f"{frame.id[:-1]}{'0' if frame.id[-1:] != '0' else '1'}"
        ids = (frame.id, again if frame.kind is FrameKind.CALL else frame.id)
        return [replace(frame, id=i, payload=p) for i, p in zip(ids, payloads, strict=False)]

    def _error(self, frame: Frame) -> Frame:
        name = self._counting.message(f"{frame.action} CALLERROR", {"errorCode": frame.code})
        [error] = self._changed(name, {"errorCode": frame.code})
        return replace(frame, code=error["errorCode"])

    def acts(self, action: str, parameters: dict[str, Any]) -> Sequence[dict[str, Any]]:
        """What is done in place of the action."""
        name = self._counting.message(action, parameters)
        return self._changed(name, parameters)

    def _changed(self, name: Named, fields: dict[str, Any]) -> list[dict[str, Any]]:
        wrong = self.wrong
        if self.done or name != wrong.stimulus:
            return list(as_asked("", fields))
        self.done = True
        match wrong.change:
            case Change.LEFT_OUT:
                return []
            case Change.TWICE:
                return [fields, fields]
            case Change.ABSENT:
                return [with_value(fields, wrong.path, MISSING)]
            case Change.OTHER:
                return [with_value(fields, wrong.path, wrong.value)]


def wrong_stimuli(page: Page, variant: str, record: Record, seed: str) -> Iterator[WrongStimulus]:
    """One change for each stimulus of a recorded run, drawn by ``seed``."""
    counting = Counting()
    for sent in record.sent:
        name = counting.message(sent.message, sent.payload)
        if _is_own(sent):
            continue
        rng = random.Random(f"{seed} {page.id} {name}")
        own = _own_fields(page, sent.message)
        legal = _of_message(sent, rng)
        if changes := [each for each in legal if not _is_as_good(sent, each, own)]:
            yield WrongStimulus(page.id, variant, name, *rng.choice(changes))
    for done in record.done:
        if done.asked is not None:
            action, parameters = done.asked
            name = counting.message(action, parameters)
            rng = random.Random(f"{seed} {page.id} {name}")
            free = _own_choice(page, done.act)
            wrong = _of_act(action, parameters, rng)
            if changes := [each for each in wrong if _fact(each[1]) not in free]:
                yield WrongStimulus(page.id, variant, name, *rng.choice(changes))


def _own_fields(page: Page, message: str) -> Mapping[str, Any]:
    """The fields of a message whose value the harness may choose, and what it must be like."""
    usual = general(row(page.id).role).fields.get(message, {})
    rows = (each.fields for each in page.stimuli if each.message == message)
    every = (item for fields in (usual, *rows) for item in fields.items())
    return {path: wanted for path, wanted in every if _is_own_choice(wanted)}


def _is_own_choice(wanted: Any) -> bool:
    match wanted:
        case "<new>" | "<number>" | {"length": _} | {"part_of": _}:
            return True
        case _:
            return False


def _is_as_good(sent: Sent, change: tuple[Change, Any, Any], own: Mapping[str, Any]) -> bool:
    """Whether another value of the harness's choice stands in its place."""
    kind, path, value = change
    changed = with_value(sent.payload, path, value) if kind is Change.OTHER else MISSING
    return changed is not MISSING and any(
        _holds(field, wanted, dotted(path))
        and fits(wanted, value_at(changed, parse(f"$.{field}")), sent.scope)
        for field, wanted in own.items()
    )


def _holds(field: str, wanted: Any, path: str) -> bool:
    """Whether a place is in what the harness may choose: a field, or what is in its elements."""
    return path == field or ("part_of" in wanted and path.startswith(f"{field}["))


def _own_choice(page: Page, act: str) -> set[str]:
    """The facts of an act that the harness may choose: another new value is as good."""
    rows = (row for row in page.acts if row.act == act)
    return {fact for row in rows for fact, said in row.facts.items() if said == "<new>"}


def _fact(path: tuple[str | int, ...]) -> str:
    return dotted(path).removeprefix("payload.")


def _is_own(sent: Sent) -> bool:
    """Whether it is book-keeping, background, or an answer that has no content."""
    word = sent.step.rpartition(" ")[2]
    own = sent.stage is Stage.OWN or word in ("", "configure", "reboot")
    return own or sent.step.startswith(("connected", "accepted")) or not sent.payload


def _of_message(sent: Sent, rng: random.Random) -> Iterator[tuple[Change, Any, Any]]:
    """Changes after which it is still a legal message: nothing but the page can tell."""
    if "errorCode" in sent.payload:
        yield Change.OTHER, ("errorCode",), "GenericError"
        return
    if sent.is_request:
        yield Change.LEFT_OUT, (), None
        yield Change.TWICE, (), None
    for path, value in leaves(sent.payload):
        if is_optional(sent.message, path):
            yield Change.ABSENT, path, None
        other = another(sent.message, path, value, rng)
        if other is not None and not is_time(sent.message, path):
            yield Change.OTHER, path, other


def _of_act(
    action: str, parameters: Payload, rng: random.Random
) -> Iterator[tuple[Change, Any, Any]]:
    if action != "look":  # which is done again until something is seen
        yield Change.LEFT_OUT, (), None
    for path, value in leaves(parameters):
        if isinstance(value, (bool, int)):
            yield Change.OTHER, path, not value if isinstance(value, bool) else value + 1
        elif path[-1] not in ("what", "message"):
            text = str(value)
            # Not the same letter as a capital: many texts are compared without regard to case.
            others = [each for each in "XYZ" if each != text[-1:].upper()]
            yield Change.OTHER, path, f"{text[:-1]}{rng.choice(others)}"


@dataclass(frozen=True)
class Noticed:
    """What came of a wrong stimulus: how it was noticed, "" where nobody did."""

    wrong: WrongStimulus
    how: str


async def try_one(page: Page, wrong: WrongStimulus, certs: Path | None = None) -> Noticed:
    """Run the case with a wrong stimulus."""
    role = row(page.id).role
    tampering = Tampering(wrong)
    known = variant_named(role, wrong.variant) if wrong.variant else ""
    [outcome] = await run_cases(role, [page.id], variant=known, certs=certs, peers=tampering.join)
    if not tampering.done:
        return Noticed(wrong, "")
    if outcome.verdict is not Verdict.PASS:
        return Noticed(wrong, f"{outcome.verdict}: {outcome.result.reason}")
    found = differences(page, general(role), recorded_by(outcome), wrong.variant)
    return Noticed(wrong, next(found, ""))


async def try_all(
    page: Page, certs: Path | None = None, *, seed: str = "1", most: int | None = None
) -> list[Noticed]:
    """Change each stimulus of a page once; with ``most`` only so many, drawn by ``seed``."""
    wrong: dict[Named, WrongStimulus] = {}
    for variant, outcome in (await runs(page, certs)).items():
        for each in wrong_stimuli(page, variant, recorded_by(outcome), seed):
            wrong.setdefault(each.stimulus, each)
    chosen = list(wrong.values())
    if most is not None and most < len(chosen):
        chosen = random.Random(f"{seed} {page.id}").sample(chosen, most)
    return [await try_one(page, each, certs) for each in chosen]
