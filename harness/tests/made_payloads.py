"""Payloads made from the JSON schemas of OCPP: right ones, and right ones with one thing broken.

Covers what those schemas use of draft 6; an unknown keyword is an error, so that none is forgotten.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from harness.ocppj import schema
from harness.ocppj.frames import Payload
from harness.spec.editions import DEFAULT
from harness.tests.fuzzing import TEXTS, VALUES

MESSAGES = sorted(f"{a}{kind}" for a in DEFAULT.actions for kind in ("Request", "Response"))

_SAY_NOTHING = {"$schema", "$id", "comment", "description", "javaType", "default", "definitions"}
_KNOWN = _SAY_NOTHING | {
    *("$ref", "type", "enum", "format", "maxLength", "minimum", "maximum"),
    *("properties", "required", "additionalProperties"),
    *("items", "additionalItems", "minItems", "maxItems"),
}

Node = dict[str, Any]
Keys = tuple[str | int, ...]


def _resolved(root: Node, node: Node) -> Node:
    while "$ref" in node:
        node = root["definitions"][node["$ref"].removeprefix("#/definitions/")]
    assert set(node) <= _KNOWN, set(node) - _KNOWN
    return node


def _kind(node: Node) -> str:
    return "enum" if "enum" in node else node.get("format", node.get("type", "anything"))


# -- right ones


@st.composite
def payloads(draw: st.DrawFn, message: str) -> Payload:
    """A payload that follows the schema of ``message``."""
    root = schema.document(DEFAULT, message)
    return _drawn(draw, root, root)


def _drawn(draw: st.DrawFn, root: Node, node: Node) -> Any:
    node = _resolved(root, node)
    match _kind(node):
        case "enum":
            return draw(st.sampled_from(node["enum"]))
        case "object":
            return _object(draw, root, node)
        case "array":
            least, most = node.get("minItems", 1), min(3, node.get("maxItems", 3))
            length = draw(st.integers(least, most))
            return [_drawn(draw, root, node["items"]) for _ in range(length)]
        case "date-time":
            return draw(MOMENTS)
        case "string":
            return draw(st.text(max_size=min(node.get("maxLength", 30), 30)))
        case "integer":
            return draw(st.integers(*_limits(node, int)))
        case "number":
            least, most = _limits(node, Decimal)
            return draw(st.decimals(least, most, allow_nan=False, allow_infinity=False, places=3))
        case "boolean":
            return draw(st.booleans())
        case _:
            return draw(VALUES.filter(lambda value: not _has_nothing(value)))


def _limits(node: Node, kind: type) -> tuple[Any, Any]:
    return tuple(kind(node[name]) if name in node else None for name in ("minimum", "maximum"))


def _object(draw: st.DrawFn, root: Node, node: Node) -> Payload:
    properties: Node = node.get("properties", {})
    required = node.get("required", [])
    optional = [name for name in properties if name not in required]
    chosen = draw(st.sets(st.sampled_from(optional), max_size=6)) if optional else set()
    names = [name for name in properties if name in required or name in chosen]
    made = {name: _drawn(draw, root, properties[name]) for name in names}
    if node.get("additionalProperties") is False:
        return made
    return draw(st.dictionaries(TEXTS.filter(lambda t: t not in made), VALUES, max_size=2)) | made


def _has_nothing(value: Any) -> bool:
    """Whether there is a null or an empty list in it, which OCPP wants left out."""
    if isinstance(value, dict):
        return any(key != "customData" and _has_nothing(inner) for key, inner in value.items())
    if isinstance(value, list):
        return not value or any(_has_nothing(inner) for inner in value)
    return value is None


def _written(moment: datetime, style: int) -> str:
    fraction = ("", f".{moment.microsecond // 1000:03}", f".{moment.microsecond:06}000")[style % 3]
    zone = moment.strftime("%z")
    offset = "Z" if zone == "+0000" and style % 2 else f"{zone[:3]}:{zone[3:5]}"
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".zfill(19) + fraction + offset
    return text.lower() if style % 5 == 4 else text


_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
#: RFC 3339 date-times in all their spellings.
MOMENTS = st.builds(
    _written,
    st.datetimes(datetime(1971, 1, 1), datetime(2400, 1, 1), timezones=_ZONES | st.just(UTC)),
    st.integers(0, 29),
)


def fullest(message: str) -> Payload:
    """The payload with every field that ``message`` knows, each list with as few as it may."""
    root = schema.document(DEFAULT, message)
    return _fullest(root, root)


def _fullest(root: Node, node: Node) -> Any:
    node = _resolved(root, node)
    match _kind(node):
        case "enum":
            return node["enum"][0]
        case "object":
            fields: Node = node.get("properties", {})
            return {name: _fullest(root, inner) for name, inner in fields.items()}
        case "array":
            return [_fullest(root, node["items"]) for _ in range(node.get("minItems", 1))]
        case "date-time":
            return "2025-03-01T12:00:00Z"
        case "string" | "anything":
            return "x" * node.get("maxLength", 5)
        case "boolean":
            return True
        case _:
            return int(node.get("maximum", 7))


# -- broken ones


@dataclass(frozen=True)
class Break:
    """One constraint to break: the change, and where its breach is to be reported."""

    constraint: str
    path: str
    keys: Keys
    value: Any = None
    absent: bool = False

    def done_to(self, payload: Payload) -> Payload:
        """A copy of ``payload`` with this change."""
        changed: Any = copy.copy(payload)
        place = changed
        for key in self.keys[:-1]:
            place[key] = copy.copy(place[key])
            place = place[key]
        if self.absent:
            del place[self.keys[-1]]
        else:
            place[self.keys[-1]] = self.value
        return changed


_NO_MOMENTS = (
    *("", "2025-03-01", "12:00:00Z", "2025-03-01T12:00:00", "2025-03-01 12:00:00Z"),
    *("2025-02-30T12:00:00Z", "2025-13-01T12:00:00Z", "2025-03-01T24:00:00Z"),
    *("2025-03-01T12:00:61Z", "2025-03-01T12:00:00+0100", "2025-03-01T12:00:00,5Z"),
    *("2025-03-01T12:00:00Z\n", " 2025-03-01T12:00:00Z", "2025-03-01T12:00:00.Z"),
    *("\uff12\uff10\uff12\uff15-03-01T12:00:00Z", "1740830400", "2025-W09-6T12:00:00Z"),
)
_OTHER_KINDS: dict[str, tuple[Any, ...]] = {
    "string": (7, Decimal("1.5"), True, ["x"], {"x": 1}),
    "integer": ("1", Decimal("1.5"), True, [1], {"x": 1}),
    "number": ("1", False, [1], {"x": 1}),
    "boolean": ("true", 1, 0, [True], {"x": 1}),
    "array": ("x", 1, {"x": 1}),
    "object": ("x", 1, ["x"]),
}


def breaks(message: str, payload: Payload) -> Iterator[Break]:
    """Every way of breaking exactly one constraint of the schema in ``payload``."""
    root = schema.document(DEFAULT, message)
    return _breaks(root, root, payload, ())


def _breaks(root: Node, node: Node, value: Any, keys: Keys) -> Iterator[Break]:
    node = _resolved(root, node)
    path = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    if keys:
        for constraint, wrong in _wrong(node, value):
            yield Break(constraint, path, keys, wrong)
    if isinstance(value, dict) and "properties" in node:
        for name in node.get("required", []):
            yield Break("required", path, (*keys, name), absent=True)
        if node.get("additionalProperties") is False:
            yield Break("additionalProperties", path, (*keys, "colour"), "red")
        for name, inner in value.items():
            if name in node["properties"]:
                yield from _breaks(root, node["properties"][name], inner, (*keys, name))
    if isinstance(value, list) and "items" in node:
        for index, inner in enumerate(value):
            yield from _breaks(root, node["items"], inner, (*keys, index))


def _wrong(node: Node, value: Any) -> Iterator[tuple[str, Any]]:
    yield "null", None
    yield "empty list", []
    for other in _OTHER_KINDS.get(node.get("type", "anything"), ()):
        yield "type", other
    match _kind(node):
        case "enum":
            yield "enum", "Nonesuch"
            yield "enum", str(value).swapcase()
            yield "enum", f"{value} "
        case "date-time":
            for text in _NO_MOMENTS:
                yield "date-time", text
        case "string" if "maxLength" in node:
            yield "maxLength", "\U0001f600" * (node["maxLength"] + 1)
        case "array" if "maxItems" in node:
            yield "maxItems", value[:1] * (node["maxItems"] + 1)
        case "integer" | "number":
            step = 1 if node["type"] == "integer" else Decimal("0.001")
            if "minimum" in node:
                yield "minimum", node["minimum"] - step
            if "maximum" in node:
                yield "maximum", node["maximum"] + step
        case _:
            pass
