"""Checks the payload of a request against its JSON schema, as the ocpp package ships them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator

from harness.reference.rpc import CallError, Payload

#: Which RPC error each failing schema keyword means (Part 4, section 4.3).
_CODES = {
    "type": "TypeConstraintViolation",
    "required": "OccurrenceConstraintViolation",
    "minItems": "OccurrenceConstraintViolation",
    "maxItems": "OccurrenceConstraintViolation",
    "enum": "PropertyConstraintViolation",
    "maxLength": "PropertyConstraintViolation",
    "minimum": "PropertyConstraintViolation",
    "maximum": "PropertyConstraintViolation",
    "format": "PropertyConstraintViolation",
}


@cache
def _validator(action: str) -> Any | None:
    source = files("ocpp").joinpath("v201", "schemas", f"{action}Request.json")
    if not source.is_file():
        return None
    schema = json.loads(source.read_text(encoding="utf-8-sig"))
    return Draft6Validator(schema, format_checker=Draft6Validator.FORMAT_CHECKER)


def known(action: str) -> bool:
    """Whether OCPP 2.0.1 has a request of that name."""
    return action.isalnum() and _validator(action) is not None


def check_request(action: str, payload: Payload) -> None:
    """Raise the CallError that a payload outside its schema deserves."""
    validator = _validator(action)
    if validator is None:
        return
    for error in validator.iter_errors(payload):
        keyword = str(error.validator)
        raise CallError(_CODES.get(keyword, "FormatViolation"), str(error.message)[:255])
