"""A campaign: record the cases, derive the mutants, run them all, judge."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from harness.evidence.verdict import Stage, Verdict, breaches
from harness.proof.beside import case_of
from harness.proof.embedded_run import case_functions
from harness.proof.mutation.derive import derive, unproven, with_copies
from harness.proof.mutation.equivalents import Equivalent, excuse, stale
from harness.proof.mutation.judge import judge
from harness.proof.mutation.once import run_once, variant_for
from harness.proof.mutation.plan import (
    How,
    Mutant,
    MutantOutcome,
    MutatedRun,
    Recording,
    Result,
    Unproven,
)
from harness.proof.mutation.record import recording
from harness.proof.mutation.saboteur import Listener, Saboteur
from harness.proof.parallel import Done, spread
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

Address = tuple[Role, str]


#: The folder that holds the packages and the cases.
ROOT = Path(__file__).parents[3]
#: Packages in which nothing decides what a case finds.
_ELSEWHERE = ("harness/tests/", "harness/report/")
_SHARED = ("harness/", "schemas/", "cases_cs/", "cases_csms/", "pyproject.toml")


class NotPassed(Exception):
    """A case does not pass on the embedded system, so nothing can be shown with it."""


@dataclass(frozen=True)
class Unrecorded:
    """A case of which there is no passing run, and why."""

    case_id: str
    reason: str


@dataclass(frozen=True)
class Campaign:
    """What came of it.

    ``stale``: entries about equivalents that nothing needs any more; ``unproven``: validations that
    no mutant breaks; ``unrecorded``: cases without mutants, as they do not pass.
    """

    seed: int
    results: tuple[Result, ...]
    stale: tuple[Equivalent, ...] = ()
    cases: tuple[str, ...] = ()
    unproven: tuple[Unproven, ...] = ()
    unrecorded: tuple[Unrecorded, ...] = ()

    @property
    def green(self) -> bool:
        """Whether every mutant was found or is known to be allowed."""
        found = all(result.fate.good for result in self.results)
        return found and not (self.stale or self.unproven or self.unrecorded)


def addresses(roles: Iterable[Role] = Role, patterns: Sequence[str] = ()) -> list[Address]:
    """The implemented cases of these roles; with ``patterns`` (as of a shell) only those that fit.

    Raises:
        LookupError: a pattern fits none.
    """
    known = [(role, case_id) for role in roles for case_id in case_functions(role)]
    for pattern in patterns:
        if not any(fnmatchcase(case_id, pattern) for _role, case_id in known):
            raise LookupError(f"no implemented case {pattern}")
    return [
        (role, case_id)
        for role, case_id in known
        if not patterns or any(fnmatchcase(case_id, pattern) for pattern in patterns)
    ]


def changed_since(revision: str, root: Path = ROOT) -> set[str]:
    """Files that differ from a git revision, gone and new ones included, relative to ``root``.

    Raises:
        LookupError: git does not know the revision, or there is no repository.
    """
    diff = ("diff", "--name-only", "--no-renames", "--relative", "-z")
    changed = git(root, *diff, "--end-of-options", revision, "--")
    return {*changed, *git(root, "ls-files", "--others", "--exclude-standard", "-z")}


def git(root: Path, *arguments: str) -> list[str]:
    """What a git command says, split where it writes NUL.

    Raises:
        LookupError: it failed.
    """
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError(f"git: {done.stderr.strip() or f'exit code {done.returncode}'}")
    return [name for name in done.stdout.split("\0") if name]


def touched(known: Sequence[Address], files: Iterable[str]) -> list[Address]:
    """The cases that a change of these files concerns: their own, or all for what they share."""
    names = set(files)
    if any(_concerns_all(name) for name in names):
        return list(known)
    own = {_case_of(name) for name in names}
    return [(role, case_id) for role, case_id in known if case_id in own]


def _case_of(name: str) -> str:
    """The case that the file is the module of or lies beside, or ""."""
    path = Path(name)
    return case_of(path) if path.parts[0].startswith("cases_") else ""


def _concerns_all(name: str) -> bool:
    if name.endswith(".md") or name.startswith(_ELSEWHERE) or _case_of(name):
        return False
    return name.startswith(_SHARED)


# -- the work of one process


async def record_one(address: Address, certs: Path) -> Recording:
    """A recorded passing run.

    Raises:
        NotPassed: it does not pass.
    """
    role, case_id = address
    listener = Listener()
    variant = variant_for(role, case_id)
    outcome = await run_once(role, case_id, variant, listener, certs)
    if outcome.verdict is not Verdict.PASS:
        raise NotPassed(f"{outcome.verdict} {outcome.result.reason}")
    return recording(role, case_id, variant, outcome, listener.messages)


async def mutate_one(mutant: Mutant, certs: Path) -> Result:
    """A judged run of one mutant."""
    saboteur = Saboteur(mutant, embedded_sut(mutant.role).limits)
    try:
        outcome = await run_once(mutant.role, mutant.case_id, mutant.variant, saboteur, certs)
    finally:
        saboteur.stop()
    broken = breaches(outcome.result.validations)
    seen = MutatedRun(
        str(outcome.verdict),
        outcome.result.reason,
        tuple(dict.fromkeys(v.step for v in broken)),
        any(v.stage is Stage.RULE for v in broken),
        saboteur.changed,
    )
    return judge(mutant, seen)


# -- all of it


def record(wanted: Sequence[Address], jobs: int) -> tuple[list[Recording], tuple[Unrecorded, ...]]:
    """Recorded runs of the cases, in their order, and the cases without one."""
    found: dict[Address, Recording] = {}
    failed: dict[Address, Unrecorded] = {}
    for done in spread(record_one, wanted, jobs):
        if done.found is None:
            failed[done.item] = Unrecorded(done.item[1], done.error)
        else:
            found[done.item] = done.found
    recordings = [found[address] for address in wanted if address in found]
    return recordings, tuple(failed[address] for address in wanted if address in failed)


def sampled(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """As many of the mutants, the same for the same seed; 0: all."""
    if not count or count >= len(mutants):
        return list(mutants)
    chosen = random.Random(seed).sample(range(len(mutants)), count)
    return [mutants[index] for index in sorted(chosen)]


def run(mutants: Sequence[Mutant], jobs: int, tell: Callable[[Result], None]) -> Iterator[Result]:
    """The results of the mutants in the order in which they come."""
    for done in spread(mutate_one, mutants, jobs):
        result = _result(done)
        tell(result)
        yield result


def _result(done: Done[Mutant, Result]) -> Result:
    if done.found is None:
        return Result(done.item, MutantOutcome.ERROR, "", done.error)
    return done.found


def campaign(
    wanted: Sequence[Address],
    *,
    seed: int,
    jobs: int,
    known: Sequence[Equivalent],
    sample: int = 0,
    how: Sequence[How] = (),
    tell: Callable[[Result], None] = lambda _result: None,
) -> Campaign:
    """All of it; whether entries are stale is asked only where all mutants of all cases ran.

    Raises:
        WorkerDied: a process ended early.
    """
    recordings, unrecorded = record(wanted, jobs)
    mutants = derive(recordings, seed)
    chosen = sampled([m for m in mutants if not how or m.how in how], sample, seed)
    order = {mutant_key(mutant): place for place, mutant in enumerate(chosen)}
    results = sorted(run(chosen, jobs, tell), key=lambda r: order[mutant_key(r.mutant)])
    judged = excuse(results, known)
    every = len(chosen) == len(mutants) and not unrecorded
    full = every and set(wanted) == set(addresses())
    return Campaign(
        seed,
        tuple(judged),
        tuple(stale(judged, known, with_copies(recordings, seed))) if full else (),
        tuple(case_id for _role, case_id in wanted),
        tuple(unproven(recordings)),
        unrecorded,
    )


def mutant_key(mutant: Mutant) -> str:
    """What tells a mutant from all others."""
    return f"{mutant.case_id} {mutant.frame} {mutant.how} {mutant.edit} {mutant.extra}"
