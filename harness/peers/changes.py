"""What a case changed at a station under test and must be put back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.ocppj.variables import Variable


@dataclass
class Changes:
    """Variables, availability, tokens and more, as the case found or used them.

    ``reset_evses``: EVSEs that were told to reset and may still be at it; ``password``: the one
    that was set; ``roots_removed``: the CSMS's; ``certificate_removed``: the station's own;
    ``roots_added``: serial numbers, in hexadecimal, of roots that it was sent;
    ``updates``, ``logs``: requestIds of updates of firmware and of uploads that may still be under
    way;
    ``for_good``: what OCPP has no way to undo, in words.
    """

    variables: dict[Variable, str] = field(default_factory=dict[Variable, str])
    inoperative: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    reservations: list[int] = field(default_factory=list[int])
    reset_evses: list[int] = field(default_factory=list[int])
    tokens_used: bool = False
    tokens_listed: bool = False
    password: str = ""
    roots_removed: bool = False
    roots_added: list[str] = field(default_factory=list[str])
    certificate_removed: bool = False
    updates: list[int] = field(default_factory=list[int])
    logs: list[int] = field(default_factory=list[int])
    for_good: str = ""
