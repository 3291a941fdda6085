"""Mutants that OCPP allows: one reviewed file, each entry with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any, cast

import yaml

from harness.proof.mutation.plan import Mutant, MutantOutcome, Result
from harness.proof.mutation.shape import family

FILE = "equivalents.yaml"
_FIELDS = {"cases", "message", "mutation", "path", "says", "judged", "why", "requirement"}


class EquivalentsError(Exception):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Equivalent:
    """Survivors that OCPP allows: patterns as of a shell, ``path`` without indices.

    With ``judged`` False, only places that no validation of the case names.
    """

    cases: tuple[str, ...]
    message: str
    mutation: tuple[str, ...]
    why: str
    requirement: str
    path: str = "*"
    says: str = "*"
    judged: bool = True

    def fits(self, mutant: Mutant) -> bool:
        """Whether the entry is about this mutant."""
        path = family(mutant.edit.path) if mutant.edit else ""
        return (
            any(fnmatchcase(mutant.case_id, pattern) for pattern in self.cases)
            and fnmatchcase(mutant.frame.message, self.message)
            and any(fnmatchcase(mutant.how, pattern) for pattern in self.mutation)
            and fnmatchcase(path.replace("[]", ""), self.path.replace("[]", ""))
            and fnmatchcase(mutant.frame.says, self.says)
            and (self.judged or not mutant.steps)
        )


def load(path: Path | None = None) -> tuple[Equivalent, ...]:
    """The entries of the file that comes with the harness, or of another one.

    Raises:
        EquivalentsError: unknown or missing fields.
    """
    source = path or Path(str(resources.files("harness.proof.mutation").joinpath(FILE)))
    entries: Any = yaml.safe_load(source.read_text("utf-8")) or []
    return tuple(_entry(number, entry) for number, entry in enumerate(entries, start=1))


def _entry(number: int, entry: Any) -> Equivalent:
    fields = cast(dict[str, Any], entry) if isinstance(entry, dict) else {}
    if unknown := sorted(fields.keys() - _FIELDS):
        raise EquivalentsError(f"entry {number}: unknown {', '.join(unknown)}")
    wanted = ("cases", "message", "mutation", "why", "requirement")
    if missing := [name for name in wanted if not fields.get(name)]:
        raise EquivalentsError(f"entry {number}: no {', '.join(missing)}")
    fields["cases"], fields["mutation"] = _texts(fields["cases"]), _texts(fields["mutation"])
    return Equivalent(**fields)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def excuse(results: Sequence[Result], entries: Sequence[Equivalent]) -> list[Result]:
    """The results with those survivors marked that an entry is about."""
    return [_excused(result, entries) for result in results]


def _excused(result: Result, entries: Sequence[Equivalent]) -> Result:
    if result.fate not in (MutantOutcome.SURVIVED, MutantOutcome.MISPLACED):
        return result
    found = next((entry for entry in entries if entry.fits(result.mutant)), None)
    if found is None:
        return result
    return replace(result, fate=MutantOutcome.EQUIVALENT, why=f"{found.why} [{found.requirement}]")


def stale(results: Sequence[Result], entries: Sequence[Equivalent]) -> list[Equivalent]:
    """Entries that no survivor of a full run needs."""
    alive = [
        r.mutant for r in results if r.fate in (MutantOutcome.EQUIVALENT, MutantOutcome.SURVIVED)
    ]
    return [entry for entry in entries if not any(entry.fits(mutant) for mutant in alive)]
