"""Templates: plain data whose texts are filled in (``harness.sut.template_text``).

A text that is nothing but a placeholder or an expression becomes what that stands for, objects and
numbers included. An entry that is nothing but ``{name?}`` is left out where there is no such
parameter, as is one whose expression says ``omit``. ``"{...payload}"`` as a key without value, or
as an item of a list, stands for all that is in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from harness import clock
from harness.evidence.matchers import ABSENT, PRESENT
from harness.operators.base import OperatorFailed, Unsupported
from harness.sut.contract import names_for
from harness.sut.model import Sut
from harness.sut.operator_scripts import Conditions
from harness.sut.template_text import Expression, Piece, Placeholder, pieces, whole

_OMIT: Any = object()
#: Names that conditions have besides.
_IN_CONDITIONS = {"absent": ABSENT, "present": PRESENT}


def told(sut: Sut) -> dict[str, str]:
    """What every description may name: the station, and the URL (without it) of its CSMS."""
    return {"identity": sut.identity, "csms_url": sut.csms_url}


def given(
    sut: Sut, action: str = "", parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All names that the texts of a template may have, with their values now."""
    own = dict(parameters or {})
    named = {"action": action, **own, "parameters": own}
    return {**told(sut), "now": clock.now(), "omit": _OMIT, **named}


def choose(
    templates: Mapping[str, Any], sut: Sut, action: str, parameters: Mapping[str, Any]
) -> Any:
    """The template for an action.

    Raises:
        Unsupported: there is none.
    """
    names = names_for(sut.role, action, parameters)
    for name in names:
        if name in templates:
            return templates[name]
    raise Unsupported(f"there is no template for {names[0]}")


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """``template`` with its texts filled in; None if it is left out as a whole.

    Raises:
        OperatorFailed: it needs what this action does not have.
    """
    filled = _fill(template, values)
    return None if filled is _OMIT else filled


def fill_text(template: str, values: Mapping[str, Any], quote: Callable[[str], str] = str) -> str:
    """``template`` as a text, whatever is put in; ``quote`` is applied to that.

    Raises:
        OperatorFailed: it needs what this action does not have.
    """
    parts: list[str] = []
    for piece in pieces(template):
        value = piece if isinstance(piece, str) else _value(piece, values)
        parts.append(piece if isinstance(piece, str) else quote(as_text(value)))
    return "".join(parts)


def holds(condition: Expression, values: Mapping[str, Any]) -> bool:
    """Whether an expression is true.

    Raises:
        OperatorFailed: it cannot be evaluated.
    """
    return bool(evaluated(condition, values))


def evaluated(expression: Expression, values: Mapping[str, Any]) -> Any:
    """What an expression says.

    Raises:
        OperatorFailed: it cannot be evaluated.
    """
    try:
        value = expression.evaluate(**values)
        str(value)  # what is undefined says so when it is used
    except Exception as error:  # whatever a description says, it is no mistake of the harness
        raise OperatorFailed(f"{{{{ {expression.text} }}}} has no value: {error}") from error
    return _plain(value)


def _fill(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        alone = whole(template)
        return fill_text(template, values) if alone is None else _value(alone, values)
    if isinstance(template, Mapping):
        return dict(_entries(cast("Mapping[Any, Any]", template), values))
    if isinstance(template, list):
        return list(_items(cast("list[Any]", template), values))
    return template


def _entries(template: Mapping[Any, Any], values: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    for key, each in template.items():
        if (spread := _spread(key)) is not None:
            inner = _value(spread, values)
            if inner is not _OMIT:
                yield from _kept(spread, inner, Mapping).items()
            continue
        value = _fill(each, values)
        if value is not _OMIT:
            yield (fill_text(key, values) if isinstance(key, str) else key), value


def _items(template: list[Any], values: Mapping[str, Any]) -> Iterator[Any]:
    for each in template:
        if (spread := _spread(each)) is not None:
            inner = _value(spread, values)
            if inner is not _OMIT:
                yield from _kept(spread, inner, list)
            continue
        value = _fill(each, values)
        if value is not _OMIT:
            yield value


def _spread(text: Any) -> Placeholder | None:
    alone = whole(text) if isinstance(text, str) else None
    return alone if isinstance(alone, Placeholder) and alone.spread else None


def _kept(spread: Placeholder, inner: Any, kind: type) -> Any:
    if not isinstance(inner, kind):
        what = "an object" if kind is Mapping else "a list"
        raise OperatorFailed(f"{spread.text} stands where {what} is needed, and is {inner!r}")
    return inner


def _value(piece: Piece, values: Mapping[str, Any]) -> Any:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Expression):
        return evaluated(piece, values)
    value: Any = values
    for name in piece.names:
        if isinstance(value, Mapping) and name in value:
            value = cast("Mapping[str, Any]", value)[name]
        elif isinstance(value, list) and _is_index(name, cast("list[Any]", value)):
            value = cast("list[Any]", value)[int(name)]
        elif piece.optional:
            return _OMIT
        else:
            raise OperatorFailed(f"the template needs {piece.text}, which this action has not")
    return _plain(value)


def _is_index(name: str, items: list[Any]) -> bool:
    return name.isdecimal() and int(name) < len(items)


def _plain(value: Any) -> Any:
    """A moment as OCPP writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def as_text(value: Any) -> str:
    """A value within a text; "" where it is left out."""
    if value is _OMIT:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def pointed(data: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) points to.

    Raises:
        LookupError: there is nothing there.
    """
    for step in pointer.split("/")[1:] if pointer else []:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(data, Mapping) and name in data:
            data = cast("Mapping[str, Any]", data)[name]
        elif isinstance(data, list) and _is_index(name, cast("list[Any]", data)):
            data = cast("list[Any]", data)[int(name)]
        else:
            raise LookupError(f"nothing at {pointer}")
    return data


def unmet(conditions: Conditions, data: Any, values: Mapping[str, Any], status: int = 0) -> str:
    """The first condition that a reply does not meet; "" if none.

    Raises:
        OperatorFailed: a condition cannot be filled in.
    """
    if conditions.statuses and status not in conditions.statuses:
        return f"the status is {status} instead of {_either(conditions.statuses)}"
    for pointer, template in conditions.fields.items():
        wanted = fill(template, {**values, **_IN_CONDITIONS})
        if problem := _unlike(data, pointer, wanted):
            return problem
    if conditions.that is not None and not holds(conditions.that, values):
        return f"{conditions.that.text} does not hold"
    return ""


def _unlike(data: Any, pointer: str, wanted: Any) -> str:
    try:
        found = pointed(data, pointer)
    except LookupError:
        shown = "something" if wanted is PRESENT else repr(wanted)
        return "" if wanted is ABSENT else f"{pointer} is missing instead of {shown}"
    if wanted is ABSENT:
        return f"{pointer} is {found!r} instead of absent"
    if wanted is PRESENT or (type(found) is type(wanted) and found == wanted):
        return ""
    return f"{pointer} is {found!r} instead of {wanted!r}"


def _either(statuses: tuple[int, ...]) -> str:
    return " or ".join(map(str, statuses))


def excerpt(text: str, limit: int = 200) -> str:
    """The beginning of ``text`` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"
