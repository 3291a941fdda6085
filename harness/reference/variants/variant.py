"""What a conforming variant of an embedded system is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.reference.variants import wire

Fields = Mapping[str, Any]


def _no_fields() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Variant:
    """One conforming variant and why OCPP allows it.

    ``config`` and ``alter`` change the embedded system, ``sut`` what its description says, ``adds``
    and ``removes`` the features it declares.
    """

    why: str
    config: Fields = field(default_factory=_no_fields)
    sut: Fields = field(default_factory=_no_fields)
    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    alter: wire.Alter = wire.nothing
