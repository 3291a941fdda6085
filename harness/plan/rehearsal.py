"""Rehearses cases on an embedded system in simulated time, and notes what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness import clock
from harness.evidence.verdict import Verdict
from harness.operators.base import Operator
from harness.operators.nobody import Watched, watched
from harness.peers.peer import Peer
from harness.plan.shape import shape, stand_in
from harness.proof.embedded_run import Outcome, run_cases
from harness.reference.variants import Variant
from harness.sut.model import Sut


@dataclass(frozen=True)
class Rehearsed:
    """One case: what its operator was asked for, in order, and how long it took in seconds.

    Both with what comes after it until the next case begins.
    """

    id: str
    verdict: Verdict
    reason: str
    asked: tuple[str, ...]
    seconds: float


def rehearse(
    sut: Sut,
    ids: Sequence[str],
    *,
    refused: Callable[[str], bool] = lambda _name: False,
    peers: Callable[[Any], None] = lambda _peer: None,
    variant: str | Variant = "",
) -> list[Rehearsed]:
    """Run cases one after the other against an embedded system in the shape of this one.

    ``refused``: actions that its operator cannot do. ``peers`` is applied to the peer of each case
    before it begins. ``variant``: that of the embedded system,
    where ``sut`` is the description of one.
    """
    if not ids:
        return []
    log = _Log(refused, peers)
    how = variant if sut.operator.kind == "embedded" else shape(sut)
    rehearsal = run_cases(
        sut.role,
        ids,
        variant=how,
        sut=stand_in(sut),
        compare=False,
        restore_last=True,
        operator=log.watch,
        peers=log.begin,
    )
    outcomes = clock.run(_to_the_end(rehearsal, log), simulated=True)
    return [log.rehearsed(at, outcome) for at, outcome in enumerate(outcomes)]


async def _to_the_end(rehearsal: Any, log: _Log) -> list[Outcome]:
    outcomes = await rehearsal
    log.moments.append(clock.monotonic())
    return outcomes


@dataclass
class _Log:
    """When each case began, and how much had been asked for by then."""

    refused: Callable[[str], bool]
    peers: Callable[[Any], None]
    moments: list[float] = field(default_factory=list[float])
    marks: list[int] = field(default_factory=list[int])
    operator: Watched | None = None

    def watch(self, operator: Operator) -> Operator:
        """The operator, whose acts are noted from now on."""
        self.operator = watched(operator, self.refused)
        return self.operator

    def begin(self, peer: Peer) -> None:
        """A case begins."""
        self.peers(peer)
        self.moments.append(clock.monotonic())
        self.marks.append(len(self._asked))

    @property
    def _asked(self) -> list[str]:
        return self.operator.asked if self.operator is not None else []

    def rehearsed(self, at: int, outcome: Outcome) -> Rehearsed:
        """What there is about the case at this place."""
        result, marks = outcome.result, [*self.marks, len(self._asked)]
        return Rehearsed(
            result.id,
            result.verdict,
            result.reason,
            tuple(self._asked[marks[at] : marks[at + 1]]),
            self.moments[at + 1] - self.moments[at],
        )
