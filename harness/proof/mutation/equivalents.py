"""Mutants that OCPP allows, reviewed, each entry with its reason.

Those of one case are in a file beside it, those of many in the file of this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any, cast

import yaml

from harness.proof.beside import files_beside
from harness.proof.mutation.derive import sameness
from harness.proof.mutation.plan import Mutant, MutantOutcome, Result
from harness.proof.mutation.shape import family

#: Of the file for many cases, and of each file beside a case.
FILE, BESIDE = "equivalents.yaml", ".equivalents.yaml"
_FIELDS = {
    *("cases", "message", "mutation", "path", "says", "judged", "late", "why", "requirement"),
}


class EquivalentsError(Exception):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Equivalent:
    """Survivors that OCPP allows: patterns as of a shell, ``path`` without indices.

    With ``judged`` False, only places that no validation of the case names. With ``late``, only
    those at which the case fails all the same, at another step than the one that is changed.
    """

    cases: tuple[str, ...]
    message: str
    mutation: tuple[str, ...]
    why: str
    requirement: str
    path: str = "*"
    says: str = "*"
    judged: bool = True
    late: bool = False

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


def load() -> tuple[Equivalent, ...]:
    """All entries that come with the harness.

    Raises:
        EquivalentsError: unknown or missing fields, or a file beside no case.
    """
    shared = Path(str(resources.files("harness.proof.mutation").joinpath(FILE)))
    try:
        own = list(files_beside(BESIDE))
    except LookupError as error:
        raise EquivalentsError(str(error)) from error
    found = (entry for case_id, path in own for entry in read(path, case_id))
    return (*read(shared), *found)


def read(path: Path, case_id: str = "") -> tuple[Equivalent, ...]:
    """The entries of a file; those of the file beside a case do not name it.

    Raises:
        EquivalentsError: unknown or missing fields.
    """
    entries: Any = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or []
    return tuple(
        _entry(f"{path.name}, entry {number}", entry, case_id)
        for number, entry in enumerate(entries, start=1)
    )


def _entry(where: str, entry: Any, case_id: str) -> Equivalent:
    fields = cast(dict[str, Any], entry) if isinstance(entry, dict) else {}
    known = _FIELDS - {"cases"} if case_id else _FIELDS
    if unknown := sorted(fields.keys() - known):
        raise EquivalentsError(f"{where}: unknown {', '.join(unknown)}")
    if case_id:
        fields["cases"] = case_id
    wanted = ("cases", "message", "mutation", "why", "requirement")
    if missing := [name for name in wanted if not fields.get(name)]:
        raise EquivalentsError(f"{where}: no {', '.join(missing)}")
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
    late = result.fate is MutantOutcome.MISPLACED
    fitting = (entry for entry in entries if entry.fits(result.mutant))
    found = next((entry for entry in fitting if late or not entry.late), None)
    if found is None:
        return result
    return replace(result, fate=MutantOutcome.EQUIVALENT, why=f"{found.why} [{found.requirement}]")


def stale(
    results: Sequence[Result], entries: Sequence[Equivalent], every: Sequence[Mutant] = ()
) -> list[Equivalent]:
    """Entries that no survivor of a full run needs, nor a copy of one among ``every`` mutant."""
    fates = (MutantOutcome.EQUIVALENT, MutantOutcome.SURVIVED)
    alive = [r.mutant for r in results if r.fate in fates]
    kinds = {sameness(mutant) for mutant in alive}
    alive += [mutant for mutant in every if sameness(mutant) in kinds]
    return [entry for entry in entries if not any(entry.fits(mutant) for mutant in alive)]
