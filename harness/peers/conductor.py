"""What a case asks of the test bed around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from harness.evidence.results import CaseResult, NotRun
from harness.evidence.verdict import Validation
from harness.spec.catalogue import Row

#: The step of what belongs to bringing about the general pre-conditions (Part 6, 2.1).
PRECONDITIONS = "general pre-conditions"

PeerT_contra = TypeVar("PeerT_contra", contravariant=True)


class Conductor(Protocol[PeerT_contra]):
    """What surrounds a case: its preparations, its standing rules, the record of its result."""

    @property
    def fail_on_warnings(self) -> bool:
        """Whether warnings count as failures."""
        ...

    def applicability(self, row: Row) -> str:
        """Why the case does not apply to this system, or ""."""
        ...

    async def bring_back(self) -> None:
        """Bring the system back from what an earlier case arranged; raises CaseStopped."""
        ...

    async def prepare(self, peer: PeerT_contra, *, booted: bool, profiles: Collection[int]) -> None:
        """Bring about the general pre-conditions; raises CaseStopped(BEFORE) if that fails.

        ``profiles``: the security profiles in which the case can run, none for any of them.
        """
        ...

    async def conclude(self, peer: PeerT_contra) -> None:
        """Look once more whether the system is alive, and apply the standing rules."""
        ...

    async def restore(self, peer: PeerT_contra) -> Sequence[Validation]:
        """Put back what the case changed; never raises. Returns what was wrong meanwhile."""
        ...

    def record(self, result: CaseResult) -> None:
        """Keep the result, at once and for good."""
        ...

    def leave_out(self, case: NotRun) -> None:
        """Keep it that the case was not run to its end, at the wish of a person."""
        ...
