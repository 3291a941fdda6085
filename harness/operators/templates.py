"""Templates: plain data in which ``{name}`` stands for a parameter of the action.

A text that is nothing but a placeholder becomes the parameter itself, objects and numbers
included; ``{payload.type}`` reaches into an object; an entry that is nothing but ``{name?}`` is
left out where there is no such parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from harness.operators.base import OperatorFailed, Unsupported
from harness.sut.model import Sut
from harness.sut.operator_checks import PLACEHOLDER

_ABSENT: Any = object()

#: The action for which a template stands in for every action that has none of its own.
ANY_ACTION = "*"


def told(sut: Sut) -> dict[str, str]:
    """What every template may name: the station, and the URL (without it) of its CSMS."""
    return {"identity": sut.identity, "csms_url": sut.csms_url}


def named(action: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Names under which a template may stand, most special first: "ask.Reset", "ask", "*"."""
    special = parameters.get("message") if action == "ask" else parameters.get("what")
    return (*((f"{action}.{special}",) if special else ()), action, ANY_ACTION)


def choose(templates: Mapping[str, Any], action: str, parameters: Mapping[str, Any]) -> Any:
    """The template for an action.

    Raises:
        Unsupported: there is none.
    """
    names = named(action, parameters)
    for name in names:
        if name in templates:
            return templates[name]
    raise Unsupported(f"there is no template for {names[0]}")


def fill(template: Any, values: Mapping[str, Any], quote: Callable[[str], str] = str) -> Any:
    """``template`` with its placeholders replaced; ``quote`` is applied to what goes into a text.

    Raises:
        OperatorFailed: it needs a parameter that this action does not have.
    """
    filled = _fill(template, values, quote)
    return None if filled is _ABSENT else filled


def fill_text(template: str, values: Mapping[str, Any], quote: Callable[[str], str] = str) -> str:
    """``template`` as a text, whatever its placeholders stand for."""

    def replaced(match: re.Match[str]) -> str:
        value = _lookup(match, values)
        return "" if value is _ABSENT else quote(_text(value))

    return PLACEHOLDER.sub(replaced, template)


def _fill(template: Any, values: Mapping[str, Any], quote: Callable[[str], str]) -> Any:
    if isinstance(template, str):
        whole = PLACEHOLDER.fullmatch(template)
        return _lookup(whole, values) if whole else fill_text(template, values, quote)
    if isinstance(template, Mapping):
        entries = cast("Mapping[str, Any]", template).items()
        filled = {key: _fill(value, values, quote) for key, value in entries}
        return {key: value for key, value in filled.items() if value is not _ABSENT}
    if isinstance(template, list):
        items = [_fill(each, values, quote) for each in cast("list[Any]", template)]
        return [each for each in items if each is not _ABSENT]
    return template


def _lookup(match: re.Match[str], values: Mapping[str, Any]) -> Any:
    value: Any = values
    for name in match[1].split("."):
        if isinstance(value, Mapping) and name in value:
            value = cast("Mapping[str, Any]", value)[name]
        elif (
            isinstance(value, list) and name.isdigit() and int(name) < len(cast("list[Any]", value))
        ):
            value = cast("list[Any]", value)[int(name)]
        elif match[2]:
            return _ABSENT
        else:
            raise OperatorFailed(f"the template needs {match[0]}, which this action does not have")
    return value


def _text(value: Any) -> str:
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
        elif isinstance(data, list) and name.isdigit() and int(name) < len(cast("list[Any]", data)):
            data = cast("list[Any]", data)[int(name)]
        else:
            raise LookupError(f"nothing at {pointer}")
    return data


def unmet(data: Any, conditions: Mapping[str, Any]) -> str:
    """The first condition (JSON pointer: value) that ``data`` does not meet; "" if none."""
    for pointer, wanted in conditions.items():
        try:
            found = pointed(data, pointer)
        except LookupError:
            return f"{pointer} is missing instead of {wanted!r}"
        if type(found) is not type(wanted) or found != wanted:
            return f"{pointer} is {found!r} instead of {wanted!r}"
    return ""


def excerpt(text: str, limit: int = 200) -> str:
    """The beginning of ``text`` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"
