"""What the fuzz tests share: how many examples, and foreign JSON of every kind."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from harness.ocppj.frames import Frame, parse
from harness.spec.editions import DEFAULT


def examples(percent: int) -> settings:
    """That share of the examples of the profile (quick: 100, long: thousands)."""
    return settings(max_examples=max(1, settings.default.max_examples * percent // 100))


def thorough() -> bool:
    """Whether this is the long run."""
    return settings.default.max_examples > 100


#: Texts with everything that breaks readers; lone surrogates are drawn too.
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "\ud800",
            "\x00",
            "\u2028",
            "\ufeff",
            "\U0001f600",
            "${HOME}",
            "{0}",
            "%s",
            "../..",
            "'\"`",
            "</script>",
            "true",
            "null",
            "1e9",
        ]
    ),
)
#: Numbers at the edges of what JSON readers hold.
NUMBERS = st.one_of(
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**64), 10**300, Decimal("1e-400"), Decimal("8.1")]),
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def text_of(value: Any) -> str:
    """``value`` as JSON text, decimals digit by digit."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        inside = (f"{json.dumps(str(k))}: {text_of(v)}" for k, v in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(text_of(each) for each in value)}]"
    return json.dumps(value)


def as_read(payload: dict[str, Any]) -> dict[str, Any]:
    """``payload`` as it arrives: written, sent and read again."""
    frame = parse(f'[3, "id", {text_of(payload)}]', DEFAULT)
    assert isinstance(frame, Frame), frame
    return frame.payload
