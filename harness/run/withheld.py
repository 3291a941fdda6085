"""Which cases are left out because of what they would do to the system for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.run.conduct import CaseInfo
from harness.sut import pics
from harness.sut.model import IRREVERSIBLE, Sut


def withheld(info: CaseInfo, sut: Sut) -> str:
    """Why a case must not run against this system, or ""."""
    if not _changes_for_good(info, sut) or info.irreversible in sut.irreversible:
        return ""
    does = IRREVERSIBLE[info.irreversible]
    return (
        f"it {does}; the description does not allow that: where it does no harm,"
        f" write 'irreversible: [{info.irreversible}]'"
    )


def announced(infos: Iterable[CaseInfo], sut: Sut) -> Iterator[str]:
    """What the cases that are about to run will do for good, a line for each kind."""
    for kind, does in IRREVERSIBLE.items():
        ids = [i.row.id for i in infos if i.irreversible == kind and _changes_for_good(i, sut)]
        if ids:
            yield f"cannot be undone: {', '.join(ids)} {does}"


def _changes_for_good(info: CaseInfo, sut: Sut) -> bool:
    """A case that does not apply changes nothing."""
    if not info.irreversible or pics.applicability(info.row, sut):
        return False
    return not info.irreversible_with or pics.declared(sut).supports(info.irreversible_with)
