"""Payloads against the JSON schemas of an edition of OCPP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs
from rfc3339_validator import validate_rfc3339

from harness.evidence.values import brief
from harness.ocppj.frames import Payload
from harness.spec.edition import Edition

if TYPE_CHECKING:
    from jsonschema import Draft6Validator
    from jsonschema.exceptions import ValidationError

#: Most problems reported for one frame.
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """One way in which a payload breaks its schema; ``path`` is a JSON path."""

    path: str
    expected: str
    actual: Any


@cache
def _fast(edition: Edition, message: str) -> jsonschema_rs.Draft6Validator:
    schema = json.loads(edition.schema(message))
    formats = {"date-time": _is_date_time}
    return jsonschema_rs.Draft6Validator(schema, formats=formats, validate_formats=True)


@cache
def _validator(edition: Edition, message: str) -> Draft6Validator:
    # Takes a while to load, and is asked only what is wrong.
    from jsonschema import Draft6Validator, FormatChecker

    schema = json.loads(edition.schema(message), parse_float=Decimal)
    formats = FormatChecker(())
    # The only format in the schemas.
    formats.checks("date-time")(_is_date_time)
    return Draft6Validator(schema, format_checker=formats)


def _is_date_time(value: object) -> bool:
    """RFC 3339, to its last character: jsonschema's own check lets a line end follow."""
    if not isinstance(value, str):
        return True  # another type is another keyword's matter
    return not value.endswith("\n") and validate_rfc3339(value.upper())


def document(edition: Edition, message: str) -> dict[str, Any]:
    """The JSON schema of ``message`` ("ResetRequest", "ResetResponse", …)."""
    return cast(dict[str, Any], _validator(edition, message).schema)


def problems(edition: Edition, message: str, payload: Payload) -> list[Problem]:
    """Everything wrong with the payload of ``message`` ("ResetRequest", "ResetResponse", …).

    Raises:
        KeyError: there is no such message.
    """
    found: list[Problem] = []
    if not _holds(_fast(edition, message), payload):
        errors = _errors(_validator(edition, message), payload)
        found += map(_problem, islice(errors, MOST_PROBLEMS))
    return found + list(islice(_empties(payload, "$"), MOST_PROBLEMS))


def _holds(validator: jsonschema_rs.Draft6Validator, payload: Payload) -> bool:
    """Whether the payload surely follows its schema; what is wrong, if so, the other one tells."""
    try:
        return validator.is_valid(payload)
    except ValueError:  # nested too deeply, or half a surrogate pair
        return False


def _errors(validator: Draft6Validator, payload: Payload) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    try:
        yield from validator.iter_errors(payload)  # pyright: ignore[reportUnknownMemberType]  # jsonschema leaves its instances untyped
    except RecursionError:
        yield ValidationError("nested too deeply to be checked", instance="…")


def _problem(error: ValidationError) -> Problem:
    instance: Any = error.instance
    match cast(str | None, error.validator):
        case "required":
            missing = [
                name for name in cast(list[str], error.validator_value) if name not in instance
            ]
            return Problem(error.json_path, f"the required {', '.join(missing)}", "absent")
        case "enum":
            return Problem(error.json_path, f"one of {error.validator_value}", brief(instance))
        case "additionalProperties":
            return Problem(error.json_path, "only fields of the schema", error.message[:200])
        case None:
            return Problem(error.json_path, "a payload that can be checked", error.message)
        case "type":
            seen = json.dumps(instance, ensure_ascii=False, default=str)
            return Problem(error.json_path, f"type {error.validator_value}", brief(seen))
        case keyword:
            return Problem(error.json_path, f"{keyword} {error.validator_value}", brief(instance))


def _empties(value: Any, path: str) -> Iterator[Problem]:
    """Null, or an empty list, where the field should have been left out (Part 4, 4.1.5)."""
    if value is None or value == []:
        yield Problem(path, "a value, or the field left out", json.dumps(value))
    elif isinstance(value, dict):
        for key, inner in cast(dict[str, Any], value).items():
            # What is in the data of a vendor is its own matter (DataTransfer: anyType).
            if key != "customData" and (key != "data" or inner is None or inner == []):
                yield from _empties(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(cast(list[Any], value)):
            yield from _empties(inner, f"{path}[{index}]")
