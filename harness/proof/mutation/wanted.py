"""What a matcher accepts, from its data (``harness.evidence.matchers``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from harness.evidence.matchers import MISSING
from harness.ocppj.variables import members
from harness.proof.mutation.shape import Path, leaves

Fields = Mapping[str, Any]
_INVENTORIES = ("installed", "listed")


def accepts(matcher: Any, value: Any) -> bool:
    """Whether ``value`` (MISSING for an absent one) is right.

    Of what a proof does not know (a fact, a time) it says no: whoever looks for a wrong value takes
    the first that comes to hand.
    """
    match matcher:
        case {"absent": _}:
            return value is MISSING
        case {"present": _}:
            return value is not MISSING
        case {"one_of": several}:
            return any(accepts(each, value) for each in cast(list[Any], several))
        case {"not": wrong}:
            return value is not MISSING and not accepts(wrong, value)
        case {"text": text}:
            return isinstance(value, str) and value.lower() == str(text).lower()
        case {"at_most": bound}:
            return _is_number(value) and value <= bound
        case {"at_least": bound}:
            return _is_number(value) and value >= bound
        case {"members_of": known}:
            there = set(members(value)) if isinstance(value, str) else None
            needed = set(cast(Fields, matcher).get("with", ()))
            return there is not None and needed <= there <= set(known)
        case dict():
            return _accepts_whole(cast(Fields, matcher), value)
        case _:
            return type(value) is type(matcher) and value == matcher


def _accepts_whole(matcher: Fields, value: Any) -> bool:
    """Of an object or an array."""
    match matcher:
        case {"object": fields}:
            wanted = cast(Fields, fields)
            return isinstance(value, dict) and all(
                accepts(each, cast(Fields, value).get(name, MISSING))
                for name, each in wanted.items()
            )
        case {"array": elements}:
            wanted, seen = cast(list[Any], elements), _items(value)
            return len(wanted) == len(seen) and all(map(accepts, wanted, seen))
        case {"each": element}:
            return bool(_items(value)) and all(accepts(element, each) for each in _items(value))
        case {"contains": element}:
            return any(accepts(element, each) for each in _items(value))
        case {"length": length}:
            return isinstance(value, list) and len(_items(value)) == length
        case {"length_at_least": least}:
            return len(_items(value)) >= least
        case {"length_at_most": most}:
            return isinstance(value, list) and len(_items(value)) <= most
        case _:
            return False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _items(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []


def is_inventory(matcher: Any) -> bool:
    """Whether it wants an array to hold certain elements, right in all of their fields."""
    return isinstance(matcher, dict) and cast(Fields, matcher).get("fact") in _INVENTORIES


def named(matcher: Any, value: Any, path: Path = ()) -> Iterator[Path]:
    """The places in an object or an array of which a matcher says what it wants there."""
    match matcher:
        case {"one_of": several}:
            found = (p for each in cast(list[Any], several) for p in named(each, value, path))
            yield from dict.fromkeys(found)
        case {"object": fields} if isinstance(value, dict):
            seen = cast(Fields, value)
            for name, wanted in cast(Fields, fields).items():
                if name in seen:
                    yield from named(wanted, seen[name], (*path, name))
        case {"array": elements}:
            for place, (wanted, each) in enumerate(zip(elements, _items(value), strict=False)):
                yield from named(wanted, each, (*path, place))
        case {"each": element} | {"contains": element}:
            for place, each in enumerate(_items(value)):
                yield from named(element, each, (*path, place))
        case {"fact": name} if name in _INVENTORIES:
            yield from (path + place for place, _value in leaves(value))
        case _ if path and not isinstance(value, (dict, list)):
            yield path
        case _:
            pass


def fields_of(matcher: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The fields that an object is wanted to have, each with what is wanted of it."""
    match matcher:
        case {"object": fields}:
            for name, wanted in cast(Fields, fields).items():
                yield from fields_of(wanted, (*path, name))
        case _:
            yield path, matcher
