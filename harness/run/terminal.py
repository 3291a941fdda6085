"""Where a run tells how it ended."""

from __future__ import annotations

from typing import Protocol


class Terminal(Protocol):
    """Where a run tells how it ended."""

    def section(self, title: str) -> None:
        """Begin with a headline."""
        ...

    def write_line(self, line: str) -> None:
        """Write a line."""
        ...
