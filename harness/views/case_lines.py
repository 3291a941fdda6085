"""How a run goes, told to a terminal or a log: a line for each case as it ends."""

from __future__ import annotations

from typing import Any, Protocol

from harness.live.facts import Awaited, CaseEnded, Fact
from harness.live.so_far import SoFar
from harness.views.words import duration, reason, waiting

#: The markup of pytest for a verdict.
_MARKUP: dict[str, dict[str, bool]] = {
    "PASS": {"green": True},
    "FAIL": {"red": True, "bold": True},
    "INCONCLUSIVE": {"yellow": True, "bold": True},
    "NOT RUN": {"yellow": True},
    "ERROR": {"purple": True, "bold": True},
}


class Writer(Protocol):
    """Where pytest writes."""

    def ensure_newline(self) -> None:
        """Begin a line."""
        ...

    def write(self, content: str, *, flush: bool = False, **markup: bool) -> None:
        """Write text, coloured where there is colour."""
        ...


def write_case(writer: Writer, so_far: SoFar, ended: CaseEnded) -> None:
    """The line of a case: its number, verdict, id, and why."""
    # Of cases that workers had collected before anybody asked, it is not known how many there are.
    of = str(so_far.cases or "?")
    number = f"{len(so_far.ended):>{len(of)}}/{of}"
    took = f" ({duration(ended.seconds)})" if ended.seconds >= 1 else ""
    writer.ensure_newline()
    writer.write(f"{number} ")
    writer.write(f"{ended.verdict:<14}", **_MARKUP.get(ended.verdict, {}))
    writer.write(f" {ended.id:<14}{took}  {reason(ended)}\n", flush=True)


def write_reason(writer: Writer, ended: CaseEnded) -> None:
    """Below a line of pytest's own: why."""
    if ended.verdict != "PASS" and ended.reason:
        writer.ensure_newline()
        writer.write(f"    {ended.verdict}: {reason(ended)}\n", flush=True)


class Calls:
    """Writes at once what somebody has to know who sees no more than a log."""

    def __init__(self, file: Any, *, line_begun: bool) -> None:
        self._file = file
        self._start = "\n" if line_begun else ""

    def hear(self, fact: Fact) -> None:
        """Tell of a wait that ends only if somebody does something."""
        if isinstance(fact, Awaited) and fact.aloud and not fact.simulated:
            self._file.write(f"{self._start}{waiting(fact)}\n")
            self._file.flush()
