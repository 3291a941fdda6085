"""How a run goes, told to a terminal or a log: a line for each case as it ends."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Protocol

import segno

from harness.evidence.values import roughly
from harness.live.facts import Awaited, CaseEnded, Fact, Served
from harness.live.so_far import SoFar
from harness.views.words import reason, waiting

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
    took = f" ({roughly(ended.seconds)})" if ended.seconds >= 1 else ""
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
    """Says at once what somebody has to know: where to look, and what waits for somebody.

    ``waits``: whether the latter, for who sees no more than a log; ``codes``: whether ``say`` can
    show a QR code.
    """

    def __init__(self, say: Callable[[str], None], *, waits: bool, codes: bool) -> None:
        self._say = say
        self._waits = waits
        self._codes = codes

    def hear(self, fact: Fact) -> None:
        """Tell of a page, and of a wait that ends only if somebody does something."""
        match fact:
            case Served(url, afar):
                self._say(f"the run is shown at {url}")
                if afar and self._codes:
                    self._say(code(url))
            case Awaited(aloud=True, simulated=False) if self._waits:
                self._say(waiting(fact))
            case _:
                pass


def code(url: str) -> str:
    """A link as a QR code of text."""
    shown = StringIO()
    segno.make(url, micro=False).terminal(shown, border=2, compact=True)
    return shown.getvalue()
