"""What a run of the tests proves: all cells that a change touches, and a drawn part of the rest.

A cell is a case with a fault or with a variant. ``HARNESS_SEED`` repeats a draw, ``HARNESS_CELLS``
is how many cells of each kind are run ("all" for every one), ``HARNESS_BASE`` names the branch that
a change is compared with.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from harness.proof.beside import case_of
from harness.proof.mutation.campaign import ROOT, changed_since, git
from harness.proof.trust.defined import faults_in, variants_in
from harness.spec.roles import Role

Cell = TypeVar("Cell")

SEED, CELLS, BASE = "HARNESS_SEED", "HARNESS_CELLS", "HARNESS_BASE"
DEFAULT_CELLS = 600
#: Most that a change makes run, in budgets: one that touches every case is drawn from, too.
_MOST = 3
#: Least that is drawn of the rest, as a part of the budget.
_LEAST = 0.25
_BRANCHES = ("origin/main", "main")


@dataclass(frozen=True)
class Choice(Generic[Cell]):
    """The cells to run: those that a change touches, and those drawn from ``total``."""

    touched: tuple[Cell, ...]
    drawn: tuple[Cell, ...]
    total: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All of them."""
        return self.touched + self.drawn

    def __str__(self) -> str:
        count = len(self.cells)
        return f"{count} of {self.total} cells ({len(self.touched)} touched by the change)"


def draw(
    cells: Sequence[Cell], is_touched: Callable[[Cell], bool], budget: float, seed: str
) -> Choice[Cell]:
    """A choice, the same for the same seed; ``budget`` may be math.inf."""
    generator = random.Random(seed)
    touched = [cell for cell in cells if is_touched(cell)]
    rest = [cell for cell in cells if not is_touched(cell)]
    touched = _sample(generator, touched, budget * _MOST)
    drawn = _sample(generator, rest, max(budget - len(touched), budget * _LEAST))
    return Choice(tuple(touched), tuple(drawn), len(cells))


def _sample(generator: random.Random, cells: Sequence[Cell], count: float) -> list[Cell]:
    if count >= len(cells):
        return list(cells)
    return [cells[index] for index in sorted(generator.sample(range(len(cells)), int(count)))]


@dataclass(frozen=True)
class Touched:
    """What changed files touch; what all cells share is not in it: that is what is drawn for."""

    cases: frozenset[str] = frozenset()
    faults: frozenset[tuple[Role, str]] = frozenset()
    variants: frozenset[tuple[Role, str]] = frozenset()


def touched_by(files: Iterable[str]) -> Touched:
    """The cases, faults and variants whose own files (relative to the root) these are."""
    names = set(files)
    cases = {case_of(Path(name)) for name in names if name.startswith("cases_")} - {""}
    faults = {fault for name in names for fault in faults_in(name)}
    variants = {variant for name in names for variant in variants_in(name)}
    return Touched(frozenset(cases), frozenset(faults), frozenset(variants))


def budget(environment: Mapping[str, str] = os.environ) -> float:
    """How many cells of each kind are run.

    Raises:
        ValueError: HARNESS_CELLS is neither a number nor "all".
    """
    text = environment.get(CELLS, str(DEFAULT_CELLS))
    return math.inf if text == "all" else int(text)


@cache
def seed() -> str:
    """HARNESS_SEED, or the commit, so that each commit draws other cells; without git the date."""
    if SEED in os.environ:
        return os.environ[SEED]
    try:
        return git(ROOT, "rev-parse", "--short", "HEAD")[0].strip()
    except LookupError:
        return datetime.now(UTC).date().isoformat()


@cache
def base(root: Path = ROOT, branch: str = os.environ.get(BASE, "")) -> str:
    """The commit that a change is compared with; "" where there is no such history.

    That from which it branched off; on the main branch itself, the one before.
    """
    for name in (branch,) if branch else _BRANCHES:
        try:
            head = git(root, "rev-parse", "HEAD")[0].strip()
            found = git(root, "merge-base", "HEAD", name)[0].strip()
            return found if found != head else git(root, "rev-parse", "HEAD~1")[0].strip()
        except LookupError:
            continue
    return ""


@cache
def touched() -> Touched:
    """What the change at hand touches; nothing where there is no history to tell."""
    return touched_by(changed_since(base())) if base() else Touched()
