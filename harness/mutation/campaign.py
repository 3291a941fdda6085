"""A campaign: record the cases, derive the mutants, run them all, judge."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.embedded_run import case_functions
from harness.mutation.derive import derive, unproven
from harness.mutation.equivalents import Equivalent, excuse, stale
from harness.mutation.judge import judge
from harness.mutation.once import LIMITS, personality_for, run_once
from harness.mutation.plan import Fate, How, Mutant, Recording, Result, Seen
from harness.mutation.record import recording
from harness.mutation.saboteur import Listener, Saboteur
from harness.spread import Done, spread
from harness.sut import Role
from harness.verdict import Stage, Verdict, breaches

Address = tuple[Role, str]


class RecordingFailed(Exception):
    """A case does not pass on the embedded system, so nothing can be shown with it."""


@dataclass(frozen=True)
class Campaign:
    """What came of it.

    ``stale``: entries about equivalents that nothing needs any more; ``unproven``: validations that
    no mutant breaks.
    """

    seed: int
    results: tuple[Result, ...]
    stale: tuple[Equivalent, ...] = ()
    cases: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        """Whether every mutant was found or is known to be allowed."""
        found = all(result.fate.good for result in self.results)
        return found and not self.stale and not self.unproven


def addresses(roles: Iterable[Role] = Role, patterns: Sequence[str] = ()) -> list[Address]:
    """The implemented cases of these roles; with ``patterns`` only those that begin so.

    Raises:
        LookupError: a pattern fits none.
    """
    known = [(role, case_id) for role in roles for case_id in case_functions(role)]
    if not patterns:
        return known
    for pattern in patterns:
        if not any(_is_meant(case_id, pattern) for _role, case_id in known):
            raise LookupError(f"no implemented case {pattern}")
    return [each for each in known if any(_is_meant(each[1], p) for p in patterns)]


def _is_meant(case_id: str, pattern: str) -> bool:
    return case_id == pattern or (pattern.endswith("*") and case_id.startswith(pattern[:-1]))


def changed_since(revision: str, root: Path) -> set[str]:
    """Files that differ from a git revision, and new ones."""
    changed = _git(root, "diff", "--name-only", revision, "--")
    new = _git(root, "ls-files", "--others", "--exclude-standard")
    return {*changed, *new}


def _git(root: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def touched(known: Sequence[Address], files: Iterable[str]) -> list[Address]:
    """The cases that a change of these files concerns: their own, or all for the harness's."""
    names = set(files)
    if any(_concerns_all(name) for name in names):
        return list(known)
    modules = {Path(name).stem.removeprefix("test_").upper() for name in names}
    return [(role, case_id) for role, case_id in known if case_id in modules]


def _concerns_all(name: str) -> bool:
    elsewhere = ("harness/tests/", "harness/report/", "harness/operators/")
    return name.startswith("harness/") and name.endswith(".py") and not name.startswith(elsewhere)


# -- the work of one process


async def record_one(address: Address, certs: Path) -> Recording:
    """A recorded passing run.

    Raises:
        RecordingFailed: it does not pass.
    """
    role, case_id = address
    listener = Listener()
    personality = personality_for(role, case_id)
    outcome = await run_once(role, case_id, personality, listener, certs)
    if outcome.verdict is not Verdict.PASS:
        raise RecordingFailed(f"{case_id}: {outcome.verdict} {outcome.result.reason}")
    return recording(role, case_id, personality, outcome, listener.messages)


async def mutate_one(mutant: Mutant, certs: Path) -> Result:
    """A judged run of one mutant."""
    saboteur = Saboteur(mutant, LIMITS)
    try:
        outcome = await run_once(mutant.role, mutant.case_id, mutant.personality, saboteur, certs)
    finally:
        saboteur.stop()
    broken = breaches(outcome.result.validations)
    seen = Seen(
        str(outcome.verdict),
        outcome.result.reason,
        tuple(dict.fromkeys(v.step for v in broken)),
        any(v.stage is Stage.RULE for v in broken),
        saboteur.changed,
    )
    return judge(mutant, seen)


# -- all of it


def record(wanted: Sequence[Address], jobs: int) -> list[Recording]:
    """Recorded runs of the cases, in their order.

    Raises:
        RecordingFailed: one does not pass.
    """
    found: dict[Address, Recording] = {}
    for done in spread(record_one, wanted, jobs):
        if done.found is None:
            raise RecordingFailed(f"{done.item[1]}: {done.error}")
        found[done.item] = done.found
    return [found[address] for address in wanted]


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
        return Result(done.item, Fate.ERROR, "", done.error)
    if done.disturbed:
        return replace(done.found, reason=f"(on a busy machine) {done.found.reason}")
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
        RecordingFailed: a case does not pass as it is.
    """
    recordings = record(wanted, jobs)
    mutants = derive(recordings, seed)
    chosen = sampled([m for m in mutants if not how or m.how in how], sample, seed)
    order = {mutant_key(mutant): place for place, mutant in enumerate(chosen)}
    results = sorted(run(chosen, jobs, tell), key=lambda r: order[mutant_key(r.mutant)])
    judged = excuse(results, known)
    full = len(chosen) == len(mutants) and set(wanted) == set(addresses())
    return Campaign(
        seed,
        tuple(judged),
        tuple(stale(judged, known)) if full else (),
        tuple(case_id for _role, case_id in wanted),
        tuple(unproven(recordings)),
    )


def mutant_key(mutant: Mutant) -> str:
    """What tells a mutant from all others."""
    return f"{mutant.case_id} {mutant.frame} {mutant.how} {mutant.edit} {mutant.extra}"
