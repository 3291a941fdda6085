"""All proofs of some cases, run side by side and joined by case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from harness.mutation.campaign import Address, Campaign, campaign
from harness.mutation.equivalents import load as load_equivalents
from harness.mutation.plan import Fate
from harness.spread import spread
from harness.sut import Role
from harness.trust import faults, matrix
from harness.trust.faults import Trial, Tried
from harness.trust.matrix import Cell, Row
from harness.trust.obligations.check import Checked, check, without_source
from harness.trust.obligations.table import load as load_obligations
from harness.trust.proof import CaseProof, Proof

Item = TypeVar("Item")
Found = TypeVar("Found")
#: Told after each piece of work: what kind it was.
Tell = Callable[[str], None]


def collect(wanted: Sequence[Address], *, seed: int, jobs: int, tell: Tell) -> Proof:
    """Run all proofs of these cases.

    Raises:
        RecordingFailed: a case does not pass as it is.
        WorkerDied: a process ended early.
        EquivalentsError, TableError: a table contradicts itself.
    """
    ids = frozenset(case_id for _role, case_id in wanted)
    roles = sorted({role for role, _id in wanted})
    mutation = campaign(
        wanted,
        seed=seed,
        jobs=jobs,
        known=load_equivalents(),
        tell=lambda _result: tell("mutants"),
    )
    checked = _check(ids, jobs, tell)
    tried = _try(roles, ids, jobs, tell)
    cells = _fill(roles, ids, jobs, tell)
    cases = (
        _case(role, case_id, mutation, checked.get(case_id), tried[case_id], cells[case_id])
        for role, case_id in wanted
    )
    stale = (f"stale equivalent: {entry.message}: {entry.why}" for entry in mutation.stale)
    return Proof(seed, tuple(cases), tuple(stale))


def _spread(work: Any, items: Sequence[Item], jobs: int) -> Iterator[tuple[Item, Any]]:
    """What came of each item.

    Raises:
        RuntimeError: the harness itself broke on one.
    """
    for done in spread(work, items, jobs):
        if done.found is None:
            raise RuntimeError(f"{done.item}: {done.error}")
        yield done.item, done.found


async def check_page(case_id: str, certs: Path) -> Checked:
    """The obligations of a page."""
    table = load_obligations()
    return await check(table.pages[case_id], table, certs)


def _check(ids: Iterable[str], jobs: int, tell: Tell) -> dict[str, Checked]:
    pages = load_obligations().pages
    found: dict[str, Checked] = {}
    for case_id, checked in _spread(check_page, sorted(pages.keys() & ids), jobs):
        tell("pages")
        found[case_id] = checked
    return found


async def attempt(trial: Trial, certs: Path) -> Tried:
    """A fault and a case."""
    return await faults.attempt(trial, certs)


def _try(
    roles: Iterable[Role], ids: Iterable[str], jobs: int, tell: Tell
) -> dict[str, list[Tried]]:
    found: dict[str, list[Tried]] = defaultdict(list)
    for trial, tried in _spread(attempt, faults.all_trials(roles, ids), jobs):
        tell("faults")
        found[trial.case_id].append(tried)
    return found


async def fill(row: Row, certs: Path) -> tuple[Cell, ...]:
    """A row of the matrix."""
    return await matrix.cells(row, certs)


def _fill(
    roles: Iterable[Role], ids: frozenset[str], jobs: int, tell: Tell
) -> dict[str, list[Cell]]:
    rows = [
        row
        for role in roles
        for name in matrix.TABLES[role]
        for row in matrix.rows(role, name, ids & matrix.implemented(role))
    ]
    found: dict[str, list[Cell]] = defaultdict(list)
    for _row, cells in _spread(fill, rows, jobs):
        for cell in cells:
            tell("variants")
            found[cell.case_id].append(cell)
    return found


def _case(
    role: Role,
    case_id: str,
    mutation: Campaign,
    checked: Checked | None,
    tried: Sequence[Tried],
    cells: Sequence[Cell],
) -> CaseProof:
    mutants = [r for r in mutation.results if r.mutant.case_id == case_id]
    fates = Counter(result.fate for result in mutants)
    survived = [f"{r.fate}: {r.mutant.title()}: {r.reason}" for r in mutants if not r.fate.good]
    unproven = [text for text in mutation.unproven if text.startswith(f"{case_id} ")]
    red = [each for each in tried if each.trial.step]
    return CaseProof(
        case_id,
        role,
        checked.validations if checked else 0,
        checked.owed if checked else 0,
        len(mutants) - fates[Fate.CONTROL],
        fates[Fate.KILLED],
        fates[Fate.EQUIVALENT],
        len([each for each in red if not each.wrong]),
        len([cell for cell in cells if cell.passed]),
        (
            *survived,
            *(f"no mutant breaks: {text}" for text in unproven),
            *(checked.wrong if checked else ("its page is not in the table of obligations",)),
            *_unsourced(case_id),
            *(f"fault {t.trial.fault}: {t.wrong}" for t in sorted(tried, key=_name) if t.wrong),
            *(() if red else ("no fault turns it red",)),
            *sorted(cell.wrong for cell in cells if cell.wrong),
        ),
    )


def _name(tried: Tried) -> str:
    return tried.trial.fault


def _unsourced(case_id: str) -> list[str]:
    page = load_obligations().pages.get(case_id)
    found = without_source(page.obligations) if page else []
    return [f"goes against or beyond its page without a source: {each}" for each in found]
