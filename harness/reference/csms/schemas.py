"""JSON schemas as the embedded CSMS uses them: judging payloads, and adding legal extras."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

import jsonschema_rs

from harness.reference.rpc import Payload
from harness.spec.edition import Edition

if TYPE_CHECKING:
    from jsonschema import Draft6Validator
    from jsonschema.exceptions import ValidationError

Side = Literal["Request", "Response"]

#: Part 4, 4.3: which error code speaks of which kind of mistake; all others FormatViolation.
ERROR_CODES = {
    "type": "TypeConstraintViolation",
    "maxLength": "TypeConstraintViolation",
    "format": "TypeConstraintViolation",
    "required": "OccurrenceConstraintViolation",
    "minItems": "OccurrenceConstraintViolation",
    "maxItems": "OccurrenceConstraintViolation",
    "enum": "PropertyConstraintViolation",
    "minimum": "PropertyConstraintViolation",
    "maximum": "PropertyConstraintViolation",
}

CUSTOM_DATA = {"vendorId": "org.example.csms", "note": "to be ignored by others"}
STATUS_INFO = {"reasonCode": "NoError", "additionalInfo": "as decided by the operator"}


@cache
def schema(edition: Edition, action: str, side: Side) -> Payload:
    """The schema of a message; KeyError if there is none."""
    return json.loads(edition.schema(f"{action}{side}"))


@cache
def _validator(edition: Edition, action: str, side: Side) -> Draft6Validator:
    # Takes a while to load, and is asked only what is wrong.
    from jsonschema import Draft6Validator, FormatChecker

    return Draft6Validator(schema(edition, action, side), format_checker=FormatChecker())


@cache
def _fast(edition: Edition, action: str, side: Side) -> jsonschema_rs.Draft6Validator:
    return jsonschema_rs.Draft6Validator(schema(edition, action, side), validate_formats=True)


def mistake(edition: Edition, action: str, side: Side, payload: Any) -> tuple[str, str] | None:
    """What is wrong with a payload as (CALLERROR code, sentence), None if nothing is."""
    if _fast(edition, action, side).is_valid(payload):
        return None
    found = _validator(edition, action, side).iter_errors(payload)  # pyright: ignore[reportUnknownMemberType]  # jsonschema leaves its instances untyped
    errors = cast("list[ValidationError]", list(found))
    if not errors:
        return None
    first = min(errors, key=lambda error: len(error.absolute_path))
    code = ERROR_CODES.get(str(first.validator), "FormatViolation")
    where = ".".join(str(part) for part in first.absolute_path)
    return code, f"{where or action}: {first.validator}"


def with_extras(edition: Edition, action: str, side: Side, payload: Payload) -> Payload:
    """The payload with customData and statusInfo wherever the schema allows them."""
    root = schema(edition, action, side)
    return _extend(root, root, payload)


def _extend(root: Payload, node: Payload, value: Any) -> Any:
    while "$ref" in node:
        node = root["definitions"][node["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        items = cast("list[Any]", value)
        element: Payload = node.get("items", {})
        return [_extend(root, element, item) for item in items]
    if not isinstance(value, dict) or "properties" not in node:
        return value  # pyright: ignore[reportUnknownVariableType]  # JSON is untyped
    known: Payload = node["properties"]
    fields = cast("Payload", value)
    extended = {name: _extend(root, known.get(name, {}), field) for name, field in fields.items()}
    extras = {"customData": CUSTOM_DATA, "statusInfo": STATUS_INFO}
    return {name: extra for name, extra in extras.items() if name in known} | extended
