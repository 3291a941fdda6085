"""Whether what a step wanted, as it was recorded, holds of the message that was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from harness.evidence.mask import MASKED
from harness.evidence.matchers import Place, near
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Validation
from harness.proof.mutation.shape import parse, show, value_at
from harness.proof.mutation.wanted import accepts

#: The kinds of matchers that say by themselves what they accept.
_KNOWN = frozenset(
    {
        "absent",
        "present",
        "one_of",
        "not",
        "text",
        "at_most",
        "at_least",
        "members_of",
        "object",
        "array",
        "each",
        "contains",
        "length",
        "length_at_least",
        "length_at_most",
    }
)


class CannotBeJudged(Exception):
    """A validation rests on something that no transcript holds; the message says on what."""


def holds(validation: Validation, entries: Sequence[Entry]) -> bool:
    """Whether a step's validation holds of the frames in the transcript.

    Raises:
        CannotBeJudged: the message says why.
    """
    if validation.matcher is None:
        raise CannotBeJudged("what was wanted is not recorded as data")
    places = validation.places or (Place(validation.frame, validation.path),)
    wanted = [validation.matcher if p.matcher is None else p.matcher for p in places]
    if any(map(_is_fact, wanted)):
        raise CannotBeJudged("is about no field of a message: a time, an act, a silence")
    if not all(place.frame for place in places):
        raise CannotBeJudged("is about a message that did not come, or about none")
    return all(_held(p, w, validation, entries) for p, w in zip(places, wanted, strict=True))


def _held(place: Place, wanted: Any, validation: Validation, entries: Sequence[Entry]) -> bool:
    payload = _payload(place.frame, validation.message, entries)
    path = parse(place.path)
    if show(path) != place.path:
        raise CannotBeJudged("its path is no place in a message")
    value = value_at(payload, path)
    if MASKED in json.dumps([value, wanted], default=str):
        raise CannotBeJudged("the value is masked")
    return _accepts(wanted, value)


def _payload(frame: str, message: str, entries: Sequence[Entry]) -> Any:
    """The payload of the message that was judged: a request, or what answered one of ours."""
    kinds = {"Request": (2,), "Response": (3,), "CALLERROR": (4,)}
    wanted = next((kinds[end] for end in kinds if message.endswith(end)), (2, 3, 4))
    for entry in entries:
        received = entry.kind is Kind.RECEIVED and entry.data.get("id") == frame
        if received and entry.data.get("type") in wanted:
            return entry.data.get("payload", entry.data.get("details"))
    raise CannotBeJudged("its message is not in the transcript")


def _is_fact(matcher: Any) -> bool:
    return isinstance(matcher, Mapping) and "fact" in matcher


def _accepts(matcher: Any, value: Any) -> bool:
    if isinstance(matcher, dict) and "near" in matcher:
        wanted = cast("dict[str, Any]", matcher)
        moment = datetime.fromisoformat(wanted["near"])
        return near(moment, float(wanted["seconds"])).holds(value)
    if not all(kind in _KNOWN for kind in _kinds(matcher)):
        raise CannotBeJudged("what was wanted is of a kind that needs the case itself")
    return accepts(matcher, value)


def _kinds(matcher: Any) -> Iterator[str]:
    """The kind of a matcher, and of all within it."""
    if not isinstance(matcher, dict):
        return
    (kind, inner), *_ = cast("dict[str, Any]", matcher).items()
    yield kind
    if kind == "object":
        for each in cast("dict[str, Any]", inner).values():
            yield from _kinds(each)
    elif isinstance(inner, list):
        for each in cast("list[Any]", inner):
            yield from _kinds(each)
    else:
        yield from _kinds(inner)
