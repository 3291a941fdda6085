"""Values and foreign text as reports show them."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.evidence.values import printable as printable
from harness.evidence.values import shortened as shortened

#: What XML 1.0 does not allow (Char, section 2.2), lone surrogates among it.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """``text`` with U+FFFD for each character that XML does not allow."""
    return _ILLEGAL.sub("\ufffd", text)


def shown(value: Any, limit: int = 300) -> str:
    """A validation's expected or actual value for people: texts as they are, the rest as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shortened(text, limit)


def shown_pair(expected: Any, actual: Any, limit: int = 300) -> tuple[str, str]:
    """Both values, with texts quoted where ``1`` and ``"1"`` would look alike."""
    pair = shown(expected, limit), shown(actual, limit)
    if pair[0] != pair[1] or type(expected) is type(actual):
        return pair
    return _quoted(expected, limit), _quoted(actual, limit)


def _quoted(value: Any, limit: int) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return shortened(text, limit)
