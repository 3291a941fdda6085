"""What the live facts of a run add up to: where it is, and how it went so far."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from harness.live import facts
from harness.live.facts import Asked, Awaited, CaseBegan, CaseEnded, Fact, Served

#: Cases from which it is told how long the others will take.
_ENOUGH = 3


class SoFar:
    """Hears on one thread and is looked at from others: what it holds is replaced, not changed."""

    def __init__(self) -> None:
        self.systems = ""
        self.cases = 0
        #: The case that runs, and those that run beside each other.
        self.case: CaseBegan | None = None
        self.beside: tuple[CaseBegan, ...] = ()
        self.step = ""
        self.cleaning_up = False
        self.ended: tuple[CaseEnded, ...] = ()
        self.over = False
        self.asked: Asked | None = None
        self.served: tuple[Served, ...] = ()
        self.terminal_taken = False
        self._waits: tuple[Awaited, ...] = ()
        self._began = time.monotonic()

    def hear(self, fact: Fact) -> None:
        """Take a fact in."""
        match fact:
            case facts.RunBegan(systems, cases):
                self.systems, self.cases = systems, cases
                self._began = time.monotonic()
            case CaseBegan(beside=True):
                self.beside = (*self.beside, fact)
            case CaseBegan():
                self.case, self.step, self.cleaning_up = fact, "", False
            case facts.AtStep(step):
                self.step = step
            case facts.CleaningUp():
                self.cleaning_up, self.step = True, ""
            case CaseEnded():
                # One that breaks while it is put away ends a second time.
                self.ended = (*(each for each in self.ended if each.id != fact.id), fact)
                self.beside = tuple(each for each in self.beside if each.id != fact.id)
                if self.case and self.case.id == fact.id:
                    self.case, self.step, self.cleaning_up = None, "", False
            case facts.RunEnded():
                self.over, self.beside = True, ()
            case _:
                self._hear_of_now(fact)

    def _hear_of_now(self, fact: Fact) -> None:
        match fact:
            case Awaited():
                self._waits = (*self._waits, fact)
            case facts.NoLongerAwaited(wait):
                self._waits = tuple(each for each in self._waits if each is not wait)
            case Asked():
                self.asked = fact
            case facts.NoLongerAsked(asked) if self.asked is asked:
                self.asked = None
            case Served():
                self.served = (*self.served, fact)
            case facts.TerminalTaken():
                self.terminal_taken = True
            case facts.TerminalFree():
                self.terminal_taken = False
            case _:
                pass

    @property
    def wait(self) -> Awaited | None:
        """What is awaited; of several, the last that says what it is."""
        waits = self._waits
        told = [each for each in waits if each.what]
        return (told or list(waits) or [None])[-1]

    @property
    def is_skippable(self) -> bool:
        """Whether there is a case that can be left out."""
        return self.case is not None and not self.cleaning_up

    @property
    def steps(self) -> int:
        """How many the page of the case has, 0 if that is not known."""
        return steps_of(self.case.page) if self.case and self.case.page else 0

    @property
    def seconds_left(self) -> float | None:
        """What the cases that are left take, going by those that were; None: too early to say."""
        left = self.cases - len(self.ended)
        if len(self.ended) < _ENOUGH or left <= 0:
            return None
        return (time.monotonic() - self._began) / len(self.ended) * left


@cache
def steps_of(page: Path) -> int:
    """The last step of a page, 0 where that cannot be read."""
    try:
        data = yaml.safe_load(page.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return 0
    rows = cast("dict[str, Any]", data).get("steps") if isinstance(data, dict) else None
    return max((number_of(str(step)) for step in _steps(rows)), default=0)


def _steps(rows: Any) -> Iterator[Any]:
    """The steps of rows, of those beside each other (``either``) too."""
    if isinstance(rows, list):
        for each in cast("list[Any]", rows):
            yield from _steps(each)
    elif isinstance(rows, dict):
        row = cast("dict[str, Any]", rows)
        yield row.get("step")
        yield from _steps(row.get("either"))


def number_of(step: str) -> int:
    """The page's number in a step such as ``3>Booted 5``, 0 if there is none."""
    found = re.match(r"\d+", step)
    return int(found[0]) if found else 0
