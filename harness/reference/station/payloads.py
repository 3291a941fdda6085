"""Checks the payload of a request against its JSON schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

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
def _schema(edition: Edition, action: str) -> Any:
    return json.loads(edition.schema(f"{action}Request"))


@cache
def _fast(edition: Edition, action: str) -> jsonschema_rs.Draft6Validator:
    return jsonschema_rs.Draft6Validator(_schema(edition, action), validate_formats=True)


@cache
def _validator(edition: Edition, action: str) -> Any:
    # Takes a while to load, and is asked only what is wrong.
    from jsonschema import Draft6Validator

    checker = Draft6Validator.FORMAT_CHECKER
    return Draft6Validator(_schema(edition, action), format_checker=checker)


def check_request(edition: Edition, action: str, payload: Payload) -> None:
    """Raise the CallError that a payload outside its schema deserves."""
    if _fast(edition, action).is_valid(payload):
        return
    for error in _validator(edition, action).iter_errors(payload):
        keyword = str(error.validator)
        raise CallError(_CODES.get(keyword, "FormatViolation"), str(error.message)[:255])
