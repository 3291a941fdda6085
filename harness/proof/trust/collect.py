"""All proofs of some cases, run side by side and joined by case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from harness.evidence.proof import CaseProof, Proof
from harness.proof.mutation.campaign import Address, Campaign, campaign
from harness.proof.mutation.equivalents import load as load_equivalents
from harness.proof.mutation.plan import MutantOutcome, Result
from harness.proof.pages import stimuli
from harness.proof.pages.check import Checked, check
from harness.proof.pages.load import page, unsourced
from harness.proof.pages.stimuli import Noticed
from harness.proof.parallel import spread
from harness.proof.trust import faults, matrix
from harness.proof.trust.faults import Trial, Tried
from harness.proof.trust.locks import GREEN
from harness.proof.trust.matrix import Cell, Row
from harness.run.version import harness_version
from harness.spec.roles import Role
from harness.testbed.kits import KITS

#: Told after each piece of work: what kind it was.
Tell = Callable[[str], None]


def collect(wanted: Sequence[Address], *, seed: int, jobs: int, tell: Tell) -> Proof:
    """Run all proofs of these cases.

    Raises:
        WorkerDied: a process ended early.
        EquivalentsError, LockError, PageError: a table contradicts itself.
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
    noticed = _try_stimuli(sorted(ids), seed, jobs, tell)
    tried = _try(wanted, jobs, tell)
    cells = _fill(roles, ids, jobs, tell)
    cases = (
        _case(role, each, mutation, checked[each], noticed[each], tried[each], cells[each])
        for role, each in wanted
    )
    stale = (f"stale equivalent: {entry.message}: {entry.why}" for entry in mutation.stale)
    return Proof(harness_version(), seed, tuple(cases), tuple(stale))


async def check_page(case_id: str, certs: Path) -> Checked:
    """A page and the records of its case."""
    return await check(page(case_id), certs)


def _check(ids: Iterable[str], jobs: int, tell: Tell) -> dict[str, Checked]:
    found: dict[str, Checked] = {}
    for done in spread(check_page, sorted(ids), jobs):
        tell("pages")
        found[done.item] = done.found or Checked(done.item, 0, 0, (done.error,))
    return found


async def try_stimuli(asked: tuple[str, str], certs: Path) -> list[Noticed]:
    """Each stimulus of a case changed once; ``asked``: the case and the seed."""
    case_id, seed = asked
    return await stimuli.try_all(page(case_id), certs, seed=seed)


def _try_stimuli(
    ids: Sequence[str], seed: int, jobs: int, tell: Tell
) -> dict[str, tuple[list[Noticed], str]]:
    """What came of them by case, and what went wrong."""
    found: dict[str, tuple[list[Noticed], str]] = {}
    for done in spread(try_stimuli, [(case_id, str(seed)) for case_id in ids], jobs):
        tell("stimuli")
        found[done.item[0]] = (done.found or [], done.error)
    return found


async def attempt(trial: Trial, certs: Path) -> Tried:
    """A fault and a case."""
    return await faults.attempt(trial, certs)


def _try(wanted: Sequence[Address], jobs: int, tell: Tell) -> dict[str, list[Tried]]:
    found: dict[str, list[Tried]] = defaultdict(list)
    for done in spread(attempt, faults.all_trials(wanted), jobs):
        tell("faults")
        found[done.item.case_id].append(done.found or Tried(done.item, done.error))
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
        for name in KITS[role].variants
        for row in matrix.rows(role, name, ids & matrix.implemented(role))
    ]
    found: dict[str, list[Cell]] = defaultdict(list)
    for done in spread(fill, rows, jobs):
        for cell in done.found or matrix.lost(done.item, done.error):
            tell("variants")
            found[cell.case_id].append(cell)
    return found


def _case(
    role: Role,
    case_id: str,
    mutation: Campaign,
    checked: Checked,
    noticed: tuple[Sequence[Noticed], str],
    tried: Sequence[Tried],
    cells: Sequence[Cell],
) -> CaseProof:
    mutants = [r for r in mutation.results if r.mutant.case_id == case_id]
    fates = Counter(result.fate for result in mutants)
    red = [each for each in tried if each.trial.step != GREEN]
    return CaseProof(
        case_id,
        role,
        checked.validations,
        checked.owed,
        len([each for each in noticed[0] if each.how]),
        len(mutants) - fates[MutantOutcome.CONTROL],
        fates[MutantOutcome.KILLED],
        fates[MutantOutcome.EQUIVALENT],
        fates[MutantOutcome.MISPLACED],
        len([each for each in red if not each.wrong]),
        len([cell for cell in cells if cell.passed]),
        (
            *_of_mutation(case_id, mutants, mutation),
            *checked.wrong,
            *(f"beyond its page without a source: {each}" for each in unsourced(page(case_id))),
            *_of_stimuli(*noticed),
            *(f"fault {t.trial.fault}: {t.wrong}" for t in sorted(tried, key=_name) if t.wrong),
            *(() if red else ("no fault turns it red",)),
            *sorted(cell.wrong for cell in cells if cell.wrong),
        ),
    )


def _of_mutation(case_id: str, mutants: Sequence[Result], mutation: Campaign) -> Iterator[str]:
    for result in mutants:
        if not result.fate.good:
            yield f"{result.fate}: {result.mutant.title()}: {result.reason}"
    for unproven in mutation.unproven:
        if unproven.case_id == case_id:
            yield f"no mutant breaks: {unproven.what}"
    for each in mutation.unrecorded:
        if each.case_id == case_id:
            yield f"does not pass, so nothing can be broken: {each.reason}"


def _name(tried: Tried) -> str:
    return tried.trial.fault


def _of_stimuli(noticed: Sequence[Noticed], error: str) -> Iterator[str]:
    if error:
        yield f"its stimuli were not changed: {error}"
    for each in noticed:
        if not each.how:
            yield f"nobody noticed a wrong stimulus: {each.wrong}"
