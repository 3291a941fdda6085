"""Conforming variants: each passes every case that applies to it, and no other case applies."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import Outcome, case_functions, run_cases
from harness.proof.trust.applicability import excluded
from harness.spec.roles import Role
from harness.testbed.kits import KITS

#: Most cases of a row.
_LENGTH = 9


@dataclass(frozen=True)
class Row:
    """Cases that run one after the other against one system of a variant ("" is plain)."""

    role: Role
    variant: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A case under a variant; ``wrong`` is "" where it passed or rightly did not apply."""

    case_id: str
    variant: str
    passed: bool
    wrong: str


def implemented(role: Role) -> frozenset[str]:
    """Ids of the implemented cases."""
    return frozenset(case_functions(role))


def rows(role: Role, variant: str, ids: Collection[str]) -> Iterator[Row]:
    """The cases in short rows, of which none has two long ones."""
    functions = case_functions(role)
    slow = {each for each in ids if functions[each].info.slow}
    chosen = sorted(ids, key=lambda i: (i not in slow, i))
    count = max(len(slow), math.ceil(len(chosen) / _LENGTH))
    for start in range(min(count, len(chosen))):
        yield Row(role, variant, tuple(chosen[start::count]))


async def outcomes(row: Row, certs: Path | None = None) -> list[Outcome]:
    """What came of the cases of a row."""
    known = KITS[row.role].variants[row.variant] if row.variant else ""
    return await run_cases(row.role, row.ids, variant=known, certs=certs)


async def cells(row: Row, certs: Path | None = None) -> tuple[Cell, ...]:
    """The judged row."""
    return judged(row.role, row.variant, await outcomes(row, certs))


def lost(row: Row, error: str) -> tuple[Cell, ...]:
    """The cells of a row that came to no end."""
    name = row.variant or "plain"
    return tuple(Cell(i, row.variant, False, f"{name} {i}: {error}") for i in row.ids)


def judged(role: Role, variant: str, seen: Sequence[Outcome]) -> tuple[Cell, ...]:
    """Each outcome against what a conforming system deserves."""
    out = excluded(role, variant)
    return tuple(_cell(o, variant, applies=o.result.id not in out) for o in seen)


def _cell(outcome: Outcome, variant: str, *, applies: bool) -> Cell:
    wanted = Verdict.PASS if applies else Verdict.NOT_APPLICABLE
    result = outcome.result
    name = variant or "plain"
    said = f"{name} {result.id} {outcome.verdict}, not {wanted}: {result.reason}"
    fits = outcome.verdict is wanted
    return Cell(result.id, variant, fits and applies, "" if fits else said)
