"""New locks from what faults did: what is added, what moved, and what would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from harness.proof.mutation.campaign import Address
from harness.proof.parallel import spread
from harness.proof.trust.faults import Trial, Tried, attempt, locked, purposes
from harness.proof.trust.locks import GREEN, Lock
from harness.testbed.kits import KITS


class Kind(StrEnum):
    """What became of an entry."""

    ADDED = "+"
    MOVED = "~"
    LOST = "-"


@dataclass(frozen=True)
class Change:
    """An entry that is not what it was; ``before`` and ``after`` are steps, GREEN or ""."""

    case_id: str
    fault: str
    kind: Kind
    before: str
    after: str

    def __str__(self) -> str:
        steps = " -> ".join(filter(None, (self.before, self.after)))
        return f"{self.kind} {self.case_id} {self.fault}: {steps}"


def wanted_trials(
    wanted: Iterable[Address], locks: Mapping[str, Lock], patterns: Sequence[str]
) -> list[Trial]:
    """The faults that fit a pattern, each with each case; without patterns those that are known.

    Raises:
        LookupError: a pattern fits no fault of the roles.
    """
    found: list[Trial] = []
    fitting: set[str] = set()
    for role, case_id in wanted:
        lock = locks.get(case_id, Lock())
        known = {t.fault: t for t in (*locked(role, case_id, lock), *purposes(role, case_id))}
        chosen = {
            (pattern, name)
            for pattern in patterns
            for name in {*KITS[role].faults, *known}
            if fnmatchcase(name, pattern)
        }
        fitting |= {pattern for pattern, _name in chosen}
        names = sorted({name for _pattern, name in chosen} if patterns else known)
        found += [known.get(name, Trial(role, name, case_id, "")) for name in names]
    if unknown := [pattern for pattern in patterns if pattern not in fitting]:
        raise LookupError(f"no fault {', '.join(unknown)}")
    return found


async def attempt_one(trial: Trial, certs: Path) -> Tried:
    """A fault and a case."""
    return await attempt(trial, certs)


def run(trials: Sequence[Trial], jobs: int) -> Iterator[Tried]:
    """What came of the trials, in the order in which they end.

    Raises:
        WorkerDied: a process ended early.
    """
    for done in spread(attempt_one, trials, jobs):
        yield done.found or Tried(done.item, done.error)


def changes(case_id: str, lock: Lock, steps: Mapping[str, str]) -> list[Change]:
    """What is different now that the faults in ``steps`` show there (or are GREEN, or "")."""
    found: list[Change] = []
    for fault, after in sorted(steps.items()):
        before = lock.faults.get(fault, "")
        kind = _kind(before, after)
        if kind is not None:
            found.append(Change(case_id, fault, kind, before, after))
    return found


def _kind(before: str, after: str) -> Kind | None:
    was_red, is_red = before not in ("", GREEN), after not in ("", GREEN)
    if was_red and is_red:
        return None if before == after else Kind.MOVED
    if is_red:
        return Kind.ADDED
    return Kind.LOST if was_red or (before == GREEN and after != GREEN) else None


def renewed(lock: Lock, changed: Iterable[Change], reasons: Mapping[str, str]) -> Lock:
    """The lock after these changes; what was lost is kept with its reason.

    Raises:
        KeyError: there is no reason for what was lost.
    """
    faults, dropped = dict(lock.faults), dict(lock.dropped)
    for change in changed:
        if change.kind is Kind.LOST:
            dropped[change.fault] = reasons[change.fault]
            del faults[change.fault]
        else:
            faults[change.fault] = change.after
            dropped.pop(change.fault, None)
    return Lock(faults, dropped)
