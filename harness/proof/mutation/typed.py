"""What a field of a message may hold, by its JSON schema: legal values, other ones, wrong types."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, cast

from harness.ocppj import schema
from harness.ocppj.frames import Payload
from harness.peers.answers import now
from harness.proof.mutation.shape import Path, leaves
from harness.spec.editions import DEFAULT

Schema = dict[str, Any]
#: Whether a value is right.
Accepted = Callable[[Any], bool]


def schema_at(message: str, path: Path) -> Schema:
    """The schema of the field at ``path``; empty if the message has no such field."""
    document = schema.document(DEFAULT, message)
    found = document
    for step in path:
        inner: Any = found.get("items") if isinstance(step, int) else _properties(found).get(step)
        if not isinstance(inner, dict):
            return {}
        found = _resolved(document, cast(Schema, inner))
    return found


def sample(message: str, path: Path) -> Any:
    """The smallest legal value of the field at ``path``."""
    return _sample(schema.document(DEFAULT, message), schema_at(message, path))


def choices(message: str, path: Path) -> list[str]:
    """The values of an enumeration, none for other fields."""
    return list(schema_at(message, path).get("enum", []))


def is_time(message: str, path: Path) -> bool:
    """Whether the field is a dateTime."""
    return schema_at(message, path).get("format") == "date-time"


def is_optional(message: str, path: Path) -> bool:
    """Whether the message is still legal without the field."""
    required = schema_at(message, path[:-1]).get("required", [])
    return isinstance(path[-1], str) and path[-1] not in required


def wrong_type(value: Any) -> Any:
    """A value of another JSON type."""
    return 4711 if isinstance(value, str) else "4711"


def another(
    message: str,
    path: Path,
    value: Any,
    rng: random.Random,
    accepted: Accepted = lambda _other: False,
) -> Any:
    """A legal value of the field, neither ``value`` nor ``accepted``; None if there is none."""
    if isinstance(value, bool):
        return None if accepted(not value) else not value
    enum = choices(message, path)
    if enum:
        left = sorted(text for text in enum if text != value and not accepted(text))
        return rng.choice(left) if left else None
    candidates = _numbers(value) if not isinstance(value, str) else _texts(value, rng)
    return next((each for each in candidates if not accepted(each)), None)


def enumerated(message: str, payload: Payload) -> Iterator[tuple[Path, Any]]:
    """The fields of a payload that hold an enumeration or a boolean."""
    for path, value in leaves(payload):
        if isinstance(value, bool) or choices(message, path):
            yield path, value


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, (int, float)):
        for step in (1, 2, 3, 1000):
            yield value + step


def _texts(value: str, rng: random.Random) -> Iterator[Any]:
    if value.lower() in ("true", "false"):
        yield "false" if value.lower() == "true" else "true"
        return
    if value.isdecimal():
        yield str(int(value) + rng.randint(1, 9))
        return
    if value.startswith("-----BEGIN"):
        armour, _, rest = value.partition("\n")
        yield f"{armour}\n{rest.partition(chr(10))[2]}"  # A line of the body is lost.
        return
    # As long as before, so that no length limit is broken; not the same without regard to case.
    yield f"{value[:-1]}{'Y' if value[-1:].upper() == 'X' else 'X'}"


def _properties(found: Schema) -> Schema:
    return cast(Schema, found.get("properties", {}))


def _resolved(document: Schema, inner: Schema) -> Schema:
    reference = str(inner.get("$ref", ""))
    if not reference:
        return inner
    return cast(Schema, document["definitions"][reference.rpartition("/")[2]])


def _sample(document: Schema, wanted: Schema) -> Any:
    wanted = _resolved(document, wanted)
    if "enum" in wanted:
        return wanted["enum"][0]
    match wanted.get("type"):
        case "object":
            names = cast(list[str], wanted.get("required", []))
            return {name: _sample(document, _properties(wanted)[name]) for name in names}
        case "array":
            count = int(wanted.get("minItems", 1))
            return [_sample(document, cast(Schema, wanted["items"])) for _ in range(count)]
        case "integer" | "number":
            return max(1, int(wanted.get("minimum", 1)))
        case "boolean":
            return True
        case _:
            return now() if wanted.get("format") == "date-time" else "x"
