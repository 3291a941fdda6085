"""Whether a text is a value that a variable may take (Part 2, B05.FR.07 and B05.FR.08)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

LISTS = ("OptionList", "SequenceList", "MemberList")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Characteristics:
    """VariableCharacteristicsType; ``max_limit`` of a string or list is its longest length.

    ``values`` are the members of valuesList; ``pattern`` is a check of ours that is not reported.
    """

    data_type: str
    unit: str = ""
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
    values: tuple[str, ...] = ()
    may_be_empty: bool = False
    pattern: str = ""


def problem(value: str, of: Characteristics) -> str:
    """Why ``value`` is not acceptable, or an empty text."""
    if of.pattern and not re.fullmatch(of.pattern, value):
        return "has characters that are not allowed"
    if of.data_type in LISTS:
        return _list_problem(value, of)
    if of.data_type in ("integer", "decimal"):
        return _number_problem(value, of)
    if of.data_type == "boolean":
        return "" if value in ("true", "false") else "is no boolean"
    if of.data_type == "dateTime":
        return _date_time_problem(value)
    return _length_problem(value, of)


def _number_problem(value: str, of: Characteristics) -> str:
    form = r"[+-]?\d+" if of.data_type == "integer" else r"[+-]?\d+(\.\d+)?"
    if not re.fullmatch(form, value, re.ASCII):
        return f"is no {of.data_type}"
    number = Decimal(value)
    if of.min_limit is not None and number < of.min_limit:
        return f"is below {of.min_limit}"
    if of.max_limit is not None and number > of.max_limit:
        return f"is above {of.max_limit}"
    return ""


def _date_time_problem(value: str) -> str:
    if not _DATE_TIME.fullmatch(value):
        return "is no RFC 3339 date-time"
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return "is no RFC 3339 date-time"
    return ""


def _length_problem(value: str, of: Characteristics) -> str:
    if of.min_limit is not None and len(value) < of.min_limit:
        return f"is shorter than {of.min_limit}"
    if of.max_limit is not None and len(value) > of.max_limit:
        return f"is longer than {of.max_limit}"
    return ""


def _list_problem(value: str, of: Characteristics) -> str:
    if value == "":
        return "" if of.may_be_empty else "is empty"
    members = [value] if of.data_type == "OptionList" else [m.strip() for m in value.split(",")]
    unknown = [m for m in members if m not in of.values]
    if unknown:
        return f"has members that are not supported: {', '.join(unknown)}"
    if len(set(members)) != len(members):
        return "has a member twice"
    return _length_problem(value, of)
