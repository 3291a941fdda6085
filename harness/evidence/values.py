"""Foreign JSON values made fit to be kept and shown: exact numbers, endless texts."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

#: What reading a payload raises that breaks its schema.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)
#: Decimals with more digits than this before or after the point stay text: as numbers they would
#: fill the memory (1e999999999) or lose what they were (1e-400).
_MOST_DIGITS = 300
#: Longest value that is kept whole in a validation, in characters of JSON.
_LONGEST = 2_000


def json_number(value: Decimal) -> int | float | str:
    """``value`` as JSON can hold it; as text where no JSON number of ours can."""
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def brief(value: Any, limit: int = _LONGEST) -> Any:
    """``value`` itself, or the beginning of its text with its length if it is very long."""
    text = value if isinstance(value, str) else _text(value)
    return value if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def printable(text: str) -> str:
    """``text`` on one line, without control characters (which could drive a terminal)."""
    one_line = " ".join(text.split())
    return "".join(char if char.isprintable() else "\ufffd" for char in one_line)


def shortened(text: str, limit: int) -> str:
    """``text`` of at most ``limit`` characters, the last an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def duration(seconds: float) -> str:
    """To the second, in the two greatest units: ``2 h 5 min``, ``5 min 3 s``, ``9 s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def roughly(seconds: float) -> str:
    """In one unit, for who waits: ``89 s``, ``12 min``, ``1.6 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def literal(value: Any) -> str:
    """``value`` for a sentence: JSON where that differs from plain text, text for the rest.

    A string that reads like a number or a boolean is quoted: what it is may be the point.
    """
    if value is None or isinstance(value, (bool, dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str) and _LIKE_A_LITERAL.fullmatch(value):
        return f'"{value}"'
    return str(value)


_LIKE_A_LITERAL = re.compile(r"-?\d+(\.\d+)?|true|false")


def _text(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
