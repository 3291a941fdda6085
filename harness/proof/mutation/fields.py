"""How the fields of a frame are broken: exactly what a validation judged, one place at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any, cast

from harness.ocppj.frames import Payload
from harness.proof.mutation.plan import Edit, How, Judged, SentFrame
from harness.proof.mutation.shape import COUNTED, MISSING, Path, leaves, value_at, with_value
from harness.proof.mutation.typed import (
    another,
    enumerated,
    is_time,
    sample,
    schema_at,
    wrong_type,
)
from harness.reference.rpc import CALL, RESULT

#: Seconds by which a time is put off, beyond the deviation that is accepted.
BEYOND = 30.0
_AT_MOST = re.compile(r"at most (\d+)$")

FieldChange = tuple[How, Edit]


def changes(frame: SentFrame, judged: Judged, seed: str) -> Iterator[FieldChange]:
    """The ways to break what one validation judged."""
    value = value_at(frame.payload, judged.path)
    rng = random.Random(f"{seed} {frame.id} {judged.path}")
    if frame.id.kind not in (CALL, RESULT) or not judged.path:
        return
    if value is MISSING:
        yield from _appearing(frame, judged, rng)
    elif isinstance(value, dict):
        yield from _of_object(frame, judged, rng)
    elif isinstance(value, list):
        yield from _of_array(judged, cast(list[Any], value), frame, rng)
    else:
        yield from _of_leaf(frame, judged.path, value, judged.expected, rng)


def unjudged(frame: SentFrame, seed: str) -> Iterator[FieldChange]:
    """Other values of enumerations that no validation names: whether somebody looks at them."""
    rng = random.Random(f"{seed} {frame.id}")
    known = {judged.path for judged in frame.judged}
    for path, value in enumerated(frame.id.message, frame.payload):
        if path not in known:
            other = another(frame.id.message, path, value, [], rng)
            yield How.OTHER, Edit(path, other)


def times(frame: SentFrame) -> Iterator[FieldChange]:
    """Times of a clock that is wrong."""
    for path, _value in leaves(frame.payload):
        if is_time(frame.id.message, path):
            yield How.AHEAD, Edit(path, shift=BEYOND)
            yield How.BEHIND, Edit(path, shift=-BEYOND)


def allowed(expected: str) -> list[str]:
    """The values that a validation's text names as right."""
    listed = expected.removeprefix("from ").split(", ") if expected.startswith("from ") else []
    plain = expected.removeprefix("with attributeType ")
    return [part.strip("'\" ") for part in plain.split(" or ")] + listed


def _appearing(frame: SentFrame, judged: Judged, rng: random.Random) -> Iterator[FieldChange]:
    """A field that is rightly absent comes up."""
    message, path = frame.id.message, judged.path
    right = allowed(judged.expected)
    if not schema_at(message, path) or not _has_parent(frame, path) or "present" in right:
        return
    value = sample(message, path)
    if str(value) in right:
        value = another(message, path, value, right, rng)
    if value is not None:
        yield How.PRESENT, Edit(path, value)


def _has_parent(frame: SentFrame, path: Path) -> bool:
    return len(path) == 1 or isinstance(value_at(frame.payload, path[:-2]), (dict, list))


def _of_leaf(
    frame: SentFrame, path: Path, value: Any, expected: str, rng: random.Random
) -> Iterator[FieldChange]:
    message = frame.id.message
    right = allowed(expected)
    if "absent" not in right or expected.startswith("absent ("):
        yield How.ABSENT, Edit(path, remove=True)
    if expected.startswith("present"):
        return
    yield How.WRONG_TYPE, Edit(path, wrong_type(value))
    if is_time(message, path):
        return
    if found := _AT_MOST.match(expected):
        yield How.OTHER, Edit(path, int(found[1]) + 1)
    elif expected.endswith("at least 0"):
        yield How.OTHER, Edit(path, -1)
    elif expected.startswith("not "):
        yield How.OTHER, Edit(path, expected.removeprefix("not "))
    else:
        other = another(message, path, value, right, rng)
        if path[-1] in COUNTED and isinstance(value, int):
            yield How.OTHER, Edit(path, add=1)
        elif other is not None:
            yield How.OTHER, Edit(path, other)


def _of_object(frame: SentFrame, judged: Judged, rng: random.Random) -> Iterator[FieldChange]:
    """The object away, and each of its fields that the expectation names broken."""
    if "absent" not in allowed(judged.expected):
        yield How.ABSENT, Edit(judged.path, remove=True)
    for path, value in leaves(value_at(frame.payload, judged.path), judged.path):
        if f"'{_name(path)}'" in judged.expected:
            for how, edit in _of_leaf(frame, path, value, _within(judged.expected, path), rng):
                if how is How.OTHER:
                    yield how, edit


def _name(path: Path) -> str:
    return next(step for step in reversed(path) if isinstance(step, str))


def _within(expected: str, path: Path) -> str:
    """What the text of an object's expectation says of one of its fields."""
    found = re.search(rf"'{_name(path)}': ([^,{{}}\[\]]*)", expected)
    return found[1] if found else ""


def _of_array(
    judged: Judged, items: list[Any], frame: SentFrame, rng: random.Random
) -> Iterator[FieldChange]:
    """One element less, one more, and each field that the expectation names broken."""
    path = judged.path
    counted = re.match(r"(at most )?(\d+) ", judged.expected)
    if len(items) == 1 or judged.expected.startswith("at least one"):
        yield How.ABSENT, Edit(path, remove=True)
    elif counted and not counted[1]:
        yield How.ABSENT, Edit((*path, len(items) - 1), remove=True)
    if counted or judged.expected.startswith(("nothing else", "each ")):
        yield from _more(judged, items)
    for place, value in leaves(items, path):
        if f"'{_name(place)}'" in judged.expected:
            for how, edit in _of_leaf(frame, place, value, _within(judged.expected, place), rng):
                if how is How.OTHER:
                    yield how, edit


def _more(judged: Judged, items: list[Any]) -> Iterator[FieldChange]:
    found = _AT_MOST.match(judged.expected.removesuffix(" elements"))
    if judged.expected == "nothing else":
        yield How.OTHER, Edit((*judged.path, len(items)), _another_element(items[-1]))
        return
    if not found:
        yield How.OTHER, Edit((*judged.path, len(items)), items[-1])
        return
    missing = int(found[1]) + 1 - len(items)
    yield How.OTHER, Edit(judged.path, [*items, *[items[-1]] * missing])


def _another_element(element: Payload) -> Payload:
    """Like ``element``, but about another variable."""
    return with_value(element, ("variable", "name"), "HeartbeatInterval")
