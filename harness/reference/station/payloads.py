"""Checks the payload of a request against its JSON schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft6Validator

from harness.reference.rpc import CallError, Payload
from harness.spec.edition import Edition

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
def _validator(edition: Edition, action: str) -> Any:
    schema = json.loads(edition.schema(f"{action}Request"))
    return Draft6Validator(schema, format_checker=Draft6Validator.FORMAT_CHECKER)


def check_request(edition: Edition, action: str, payload: Payload) -> None:
    """Raise the CallError that a payload outside its schema deserves."""
    for error in _validator(edition, action).iter_errors(payload):
        keyword = str(error.validator)
        raise CallError(_CODES.get(keyword, "FormatViolation"), str(error.message)[:255])
