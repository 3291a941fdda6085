"""What a run was asked for on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.evidence.results import ALL


@dataclass(frozen=True)
class RunOptions:
    """What was asked for on the command line; ``selection`` in words, "all" for everything.

    ``real_time``: also where time could be simulated. ``questions``: whether a complete run ends
    with questions of its own; ``gate_questions``: whether the gate wants them answered well.
    ``fault`` and ``variant``: of the embedded system; ``descriptions``: the names of the files that
    describe the systems. ``profiles``: certification profiles whose cases run. ``hands`` "none":
    the operator is asked for nothing, and cases that cannot do without are NOT RUN. ``rerun``
    "red": what has a green result in the folder is not run again; ``last_failed``: pytest itself
    chooses what is. ``repeat``: how often each case is run; ``shard``: which part of how many.
    """

    results: Path
    fail_on_warnings: bool = False
    resume: bool = False
    gate: str = ""
    cases: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    selection: str = ALL
    real_time: bool = False
    questions: bool = True
    gate_questions: bool = False
    fault: str = ""
    variant: str = ""
    hands: str = "all"
    descriptions: tuple[str, ...] = ()
    rerun: str = ""
    last_failed: bool = False
    repeat: int = 1
    shard: tuple[int, int] = (1, 1)

    @property
    def goes_on(self) -> str:
        """The option by which it adds to the results that are there, "" for a run of its own."""
        names = {"--resume": self.resume, "--rerun": self.rerun, "--lf": self.last_failed}
        return next((name for name, said in names.items() if said), "")

    @property
    def shard_name(self) -> str:
        """As on the command line, "" for the whole."""
        return "{}/{}".format(*self.shard) if self.shard[1] > 1 else ""
