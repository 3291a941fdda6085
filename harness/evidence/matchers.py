"""Matchers: pure comparisons of what arrived with what a page wants, field by field.

A plain value matches what equals it; a dict matches an object that holds at least these fields; a
list matches an array of the same length, element by element. Everything else is a ``Matcher``.

Every comparison carries its matcher as data, which proofs read in place of the text for people: a
plain value stands for itself, anything else is an object of one key:
``{"absent": true}``, ``{"present": true}``, ``{"one_of": [...]}``, ``{"not": value}``,
``{"text": "without regard to case"}``, ``{"at_most": 5}``, ``{"at_least": 0}``,
``{"near": time, "seconds": 4}``, ``{"members_of": [...]}`` (a list in a text; ``"with": [...]``
beside it: those of them that have to be in it),
``{"contains": element}``, ``{"length": 2}``, ``{"length_at_least": 1}``, ``{"length_at_most": 4}``,
``{"object": {...}}``, ``{"array": [...]}``, ``{"each": element}``.
What is no value of one field is a ``{"fact": "name", ...}``, with its bounds, if any, beside the
name. Of these, proofs know ``nothing else`` (an array holds no other elements), ``each once`` (none
twice), ``listed`` (an array that is right in all of its fields), ``installed`` (so, and no more),
``{"fact": ..., "length": 2}`` (an array of that length, and more than that) and
``silence``: ``message`` is the action that must not be sent ("" any), ``fields`` what it must not
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, cast, runtime_checkable

from harness.evidence.values import UNREADABLE, json_number, literal


class _Missing:
    def __str__(self) -> str:
        return "absent"

    __repr__ = __str__


#: Stands for a field that is not there.
MISSING: Any = _Missing()


@dataclass(frozen=True)
class Place:
    """A place in a message: the message's id, the JSON path in its payload, what is wanted there.

    ``matcher`` is None where it is that of the check; ``path`` is "$" for the message as a whole.
    """

    frame: str
    path: str = "$"
    matcher: Any = None


@dataclass(frozen=True)
class Check:
    """One comparison: where, what was wanted, what was there, and whether it held.

    ``expected`` is for people, ``matcher`` the same as data. ``places``: what it rests on, where
    that is not the value at ``path`` in the one message that is judged.
    """

    path: str
    expected: str
    actual: Any
    ok: bool
    matcher: Any
    places: tuple[Place, ...] = ()


def fact(name: str, /, **bounds: Any) -> dict[str, Any]:
    """The matcher of a check that is about no field: which one, and its bounds."""
    return {"fact": name, **bounds}


@runtime_checkable
class Matcher(Protocol):
    """Judges one value, which is ``MISSING`` where the field is absent."""

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        ...

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """The comparisons for the value at ``path``."""
        ...


def compare(expected: Any, actual: Any, path: str = "$") -> Iterator[Check]:
    """All comparisons of ``actual`` with ``expected``."""
    if isinstance(expected, Matcher):
        yield from expected.checks(path, actual)
    elif isinstance(expected, Mapping):
        yield from _compare_object(cast(Mapping[str, Any], expected), actual, path)
    elif isinstance(expected, (list, tuple)):
        yield from _compare_array(cast(Sequence[Any], expected), actual, path)
    else:
        yield _compare_value(expected, actual, path)


def as_data(expected: Any) -> Any:
    """What is wanted, as plain data."""
    if isinstance(expected, Matcher):
        return expected.data
    if isinstance(expected, Mapping):
        fields = cast(Mapping[str, Any], expected)
        return {"object": {key: as_data(inner) for key, inner in fields.items()}}
    if isinstance(expected, (list, tuple)):
        return {"array": [as_data(each) for each in cast(Sequence[Any], expected)]}
    return json_number(expected) if isinstance(expected, Decimal) else expected


def matches(expected: Any, actual: Any) -> bool:
    """Whether every comparison holds."""
    return all(check.ok for check in compare(expected, actual))


def _compare_object(expected: Mapping[str, Any], actual: Any, path: str) -> Iterator[Check]:
    if not isinstance(actual, dict):
        yield Check(path, "an object", actual, ok=False, matcher=as_data(expected))
        return
    fields = cast(dict[str, Any], actual)
    for key, inner in expected.items():
        yield from compare(inner, fields.get(key, MISSING), f"{path}.{key}")


def _compare_array(expected: Sequence[Any], actual: Any, path: str) -> Iterator[Check]:
    if not isinstance(actual, list):
        yield Check(path, f"an array of {len(expected)}", actual, False, {"length": len(expected)})
        return
    items = cast(list[Any], actual)
    if len(items) != len(expected):
        length = {"length": len(expected)}
        yield Check(path, f"{len(expected)} elements", f"{len(items)} elements", False, length)
    for index, (want, got) in enumerate(zip(expected, items, strict=False)):
        yield from compare(want, got, f"{path}[{index}]")


def _compare_value(expected: Any, actual: Any, path: str) -> Check:
    text, ok = show(expected), _equal(expected, actual)
    if not ok and text == show(actual):
        text = f"{text} as a JSON {'string' if isinstance(expected, str) else 'literal'}"
    return Check(path, text, actual, ok, as_data(expected))


def _equal(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, float) and isinstance(actual, Decimal):
        # Ours left as its shortest text, which is what came back: 8.1 is Decimal("8.1").
        return Decimal(str(expected)) == actual
    return bool(expected == actual)


def show(expected: Any) -> str:
    """``expected`` as text for a message."""
    if isinstance(expected, (str, int, float, bool)):
        return str(expected).lower() if isinstance(expected, bool) else str(expected)
    return repr(cast(object, expected))


@dataclass(frozen=True)
class Satisfies:
    """A value for which ``holds`` is true; never true of an absent field unless told so.

    ``text`` is for people, ``data`` for proofs.
    """

    text: str
    holds: Callable[[Any], bool]
    data: Any
    absent_ok: bool = False

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """One comparison."""
        ok = self.absent_ok if actual is MISSING else bool(self.holds(actual))
        yield Check(path, self.text, actual, ok, self.data)

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Absent:
    @property
    def data(self) -> Any:
        return {"absent": True}

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        yield Check(path, "absent", actual, actual is MISSING, self.data)

    def __repr__(self) -> str:
        return "absent"


#: The field must not be there.
ABSENT = _Absent()
#: The field must be there, with any value.
PRESENT = Satisfies("present", lambda _value: True, {"present": True})


def one_of(*values: Any) -> Satisfies:
    """Any of ``values``; ``ABSENT`` may be among them."""
    concrete = [value for value in values if value is not ABSENT]
    return Satisfies(
        " or ".join(show(value) for value in values),
        lambda actual: any(matches(value, actual) for value in concrete),
        {"one_of": [as_data(value) for value in values]},
        absent_ok=ABSENT in values,
    )


def not_equal(value: Any) -> Satisfies:
    """Anything present but ``value``."""
    data = {"not": as_data(value)}
    return Satisfies(f"not {show(value)}", lambda actual: not _equal(value, actual), data)


@dataclass(frozen=True)
class Every:
    """A non-empty array whose elements all match."""

    element: Any

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return {"each": as_data(self.element)}

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """The comparisons of every element."""
        if not isinstance(actual, list) or not actual:
            yield Check(path, "a non-empty array", actual, ok=False, matcher=self.data)
            return
        for index, item in enumerate(cast(list[Any], actual)):
            yield from compare(self.element, item, f"{path}[{index}]")

    def __repr__(self) -> str:
        return f"every element {show(self.element)}"


@dataclass(frozen=True)
class Contains:
    """An array with at least one matching element."""

    element: Any

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return {"contains": as_data(self.element)}

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """One comparison for the array."""
        items: list[Any] = cast(list[Any], actual) if isinstance(actual, list) else []
        ok = any(matches(self.element, item) for item in items)
        yield Check(path, f"contains {show(self.element)}", actual, ok, self.data)

    def __repr__(self) -> str:
        return f"contains {show(self.element)}"


@dataclass(frozen=True)
class InAnyOrder:
    """An array with exactly these elements; ``key`` tells which element is which.

    The elements are paired by ``key`` (those of equal key in the order in which they come) and then
    judged field by field, so that a wrong field is reported as such and not as a missing element.
    """

    elements: Sequence[Mapping[str, Any]]
    key: Callable[[Mapping[str, Any]], Any]

    @property
    def data(self) -> Any:
        """What is wanted, as plain data."""
        return as_data(self.elements)

    def checks(self, path: str, actual: Any) -> Iterator[Check]:
        """The comparisons of every wanted element, then of the length."""
        items: list[Any] = cast(list[Any], actual) if isinstance(actual, list) else []
        keys = ", ".join(str(self._key_of(item)) for item in items)
        told = "" if len(items) == len(self.elements) else f": {literal(actual)}"
        yield Check(
            path,
            f"{len(self.elements)} elements",
            f"{len(items)} elements ({keys}){told}",
            len(items) == len(self.elements),
            {"length": len(self.elements)},
        )
        left = [(index, item, self._key_of(item)) for index, item in enumerate(items)]
        for wanted in self.elements:
            place = next((p for p, (*_, key) in enumerate(left) if key == self.key(wanted)), None)
            if place is None:
                missing = f"an element for {self.key(wanted)}"
                others = [item for _, item, _ in left]
                yield Check(path, missing, others or MISSING, ok=False, matcher=as_data(wanted))
            else:
                index, item, _key = left.pop(place)
                yield from compare(wanted, item, f"{path}[{index}]")

    def _key_of(self, item: Any) -> Any:
        try:
            return self.key(item)
        except UNREADABLE:
            return MISSING

    def __repr__(self) -> str:
        return f"in any order {self.elements!r}"


def parse_time(value: Any) -> datetime | None:
    """An OCPP dateTime (RFC 3339), or None if it is not one."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.upper())  # RFC 3339, 5.6 allows "t" and "z"
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def near(moment: datetime, deviation: float) -> Satisfies:
    """A dateTime at most ``deviation`` seconds from ``moment``."""

    def holds(actual: Any) -> bool:
        seen = parse_time(actual)
        return seen is not None and abs(seen - moment) <= timedelta(seconds=deviation)

    data = {"near": moment.isoformat(), "seconds": deviation}
    return Satisfies(f"{moment.isoformat()} ± {deviation:g} s", holds, data)


def same_text(text: str) -> Satisfies:
    """The same text without regard to case, as Part 2 compares names and idTokens."""

    def holds(seen: Any) -> bool:
        return isinstance(seen, str) and seen.lower() == text.lower()

    return Satisfies(text, holds, {"text": text})
