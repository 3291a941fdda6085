"""How the fields of a frame are broken: exactly what a validation judged, one place at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, cast

from harness.ocppj.frames import Payload
from harness.proof.mutation.plan import Edit, How, Judged, SentFrame
from harness.proof.mutation.shape import COUNTED, MISSING, Path, leaves, value_at, with_value
from harness.proof.mutation.typed import (
    Accepted,
    another,
    enumerated,
    is_time,
    sample,
    schema_at,
    wrong_type,
)
from harness.proof.mutation.wanted import accepts, is_inventory, named
from harness.reference.rpc import CALL, RESULT

#: Seconds by which a time is put off, beyond the deviation that is accepted. What is neither in
#: the future nor from before the case may be right: a station tells some things later.
BEYOND = 30.0
#: Stand for an array that is wanted to be there, with something in it.
_SOME = ("each", "contains", "length_at_least")

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
        yield from _of_object(frame, judged, cast(Payload, value), rng)
    elif isinstance(value, list):
        yield from _of_array(frame, judged, cast(list[Any], value), rng)
    else:
        yield from _of_leaf(frame, judged, value, rng)


def unjudged(frame: SentFrame, seed: str) -> Iterator[FieldChange]:
    """Other values of enumerations that no validation names: whether somebody looks at them."""
    rng = random.Random(f"{seed} {frame.id}")
    known = {judged.path for judged in frame.judged}
    for path, value in enumerated(frame.id.message, frame.payload):
        if path not in known:
            yield How.OTHER, Edit(path, another(frame.id.message, path, value, rng))


def times(frame: SentFrame) -> Iterator[FieldChange]:
    """Times of a clock that is wrong."""
    for path, _value in leaves(frame.payload):
        if is_time(frame.id.message, path):
            yield How.AHEAD, Edit(path, shift=BEYOND)
            yield How.BEHIND, Edit(path, shift=-BEYOND)


def _appearing(frame: SentFrame, judged: Judged, rng: random.Random) -> Iterator[FieldChange]:
    """A field that is rightly absent comes up."""
    message, path = frame.id.message, judged.path
    if not schema_at(message, path) or not _has_parent(frame, path):
        return
    value = sample(message, path)
    if accepts(judged.matcher, value):
        value = another(message, path, value, rng, lambda each: accepts(judged.matcher, each))
    if value is not None:
        yield How.PRESENT, Edit(path, value)


def _has_parent(frame: SentFrame, path: Path) -> bool:
    return len(path) == 1 or isinstance(value_at(frame.payload, path[:-2]), (dict, list))


def _of_leaf(
    frame: SentFrame, judged: Judged, value: Any, rng: random.Random
) -> Iterator[FieldChange]:
    matcher = judged.matcher
    if not accepts(matcher, MISSING):
        yield How.ABSENT, Edit(judged.path, remove=True)
    if matcher == {"present": True}:
        return
    yield How.WRONG_TYPE, Edit(judged.path, wrong_type(value))
    beyond = _beyond(matcher)
    if beyond is not None:
        yield How.OTHER, Edit(judged.path, beyond)
        return
    other = _other(frame, judged.path, value, rng, lambda each: accepts(matcher, each))
    if other is not None:
        yield How.OTHER, other


def _beyond(matcher: Any) -> Any:
    """The value next to a bound on the wrong side of it, or None."""
    match matcher:
        case {"at_most": bound}:
            return bound + 1
        case {"at_least": bound}:
            return bound - 1
        case {"not": wrong} if not isinstance(wrong, dict):
            return wrong
        case _:
            return None


def _other(
    frame: SentFrame, path: Path, value: Any, rng: random.Random, accepted: Accepted
) -> Edit | None:
    """Another legal value that is wrong; times are put off instead."""
    if is_time(frame.id.message, path):
        return None
    found = another(frame.id.message, path, value, rng, accepted)
    if path[-1] in COUNTED and isinstance(value, int):
        return Edit(path, add=1)
    return None if found is None else Edit(path, found)


def _of_object(
    frame: SentFrame, judged: Judged, value: Payload, rng: random.Random
) -> Iterator[FieldChange]:
    """The object away, and each of its fields that is wanted broken."""
    if not accepts(judged.matcher, MISSING):
        yield How.ABSENT, Edit(judged.path, remove=True)
    yield from _of_named(frame, judged, value, rng)


def _of_named(
    frame: SentFrame, judged: Judged, whole: Any, rng: random.Random
) -> Iterator[FieldChange]:
    for path in named(judged.matcher, whole):

        def still_right(each: Any, path: Path = path) -> bool:
            return accepts(judged.matcher, with_value(whole, path, each))

        place = (*judged.path, *path)
        other = _other(frame, place, value_at(whole, path), rng, still_right)
        if other is not None:
            yield How.OTHER, other


def _of_array(
    frame: SentFrame, judged: Judged, items: list[Any], rng: random.Random
) -> Iterator[FieldChange]:
    """One element less, one more, and each field that is wanted broken."""
    path, matcher = judged.path, judged.matcher
    kinds = cast(Payload, matcher) if isinstance(matcher, dict) else {}
    whole = len(items) == 1 or any(kind in kinds for kind in _SOME) or is_inventory(matcher)
    if whole and not accepts(matcher, MISSING):
        yield How.ABSENT, Edit(path, remove=True)
    elif "length" in kinds:
        yield How.ABSENT, Edit((*path, len(items) - 1), remove=True)
    more = _more(kinds, path, items)
    if more is not None:
        yield How.OTHER, more
    yield from _of_named(frame, judged, items, rng)


def _more(matcher: Payload, path: Path, items: list[Any]) -> Edit | None:
    """Elements that must not be there."""
    match matcher:
        case {"fact": "nothing else"}:
            return Edit((*path, len(items)), _another_element(items[-1]))
        case {"fact": "each once" | "installed"} | {"length": _}:
            return Edit((*path, len(items)), items[-1])
        case {"length_at_most": most}:
            missing = int(most) + 1 - len(items)
            return Edit(path, [*items, *[items[-1]] * missing])
        case _:
            return None


def _another_element(element: Payload) -> Payload:
    """Like ``element``, but about another variable."""
    return with_value(element, ("variable", "name"), "HeartbeatInterval")
