"""The live facts of a run, in the order in which they come about."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class RunBegan:
    """``systems``: names of those under test; ``cases``: how many are going to be run."""

    systems: str
    cases: int


@dataclass(frozen=True)
class CaseBegan:
    """``page``: the file of its page, whose steps are counted by whoever shows them.

    ``beside``: others run at the same time, in other processes.
    """

    id: str
    page: Path | None = None
    beside: bool = False


@dataclass(frozen=True)
class AtStep:
    """The case is at this step; ``step`` as validations have it, such as ``3>Booted 5``."""

    step: str


@dataclass(frozen=True)
class CleaningUp:
    """The case is decided, and what it changed is being put back."""


@dataclass(frozen=True)
class CaseEnded:
    """``verdict``: in capitals, NOT RUN too; ``seconds``: of real time."""

    id: str
    title: str
    verdict: str
    reason: str
    seconds: float


@dataclass(frozen=True)
class RunEnded:
    """No further case comes."""


@dataclass(frozen=True, eq=False)
class Awaited:
    """A wait has begun; ``what``: in words, "" for what the step says; ``whom``: it comes from.

    ``seconds``: on the clock of the run, which is ``simulated`` or not; ``began``: real monotonic
    seconds. ``aloud``: to be told even where there is no more than a log.
    """

    what: str
    whom: str
    seconds: float
    simulated: bool = False
    aloud: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds until it is given up, of a wait in real time."""
        return max(0.0, self.began + self.seconds - time.monotonic())


@dataclass(frozen=True)
class NoLongerAwaited:
    """It came, or is given up."""

    wait: Awaited


@dataclass(frozen=True, eq=False)
class Asked:
    """The operator is asked for something; ``name``: in the contract, such as ``arrange.token``.

    ``seconds``, ``began``: as for ``Awaited``. With what it is asked is told to the operator alone:
    it may be a password.
    """

    name: str
    seconds: float
    simulated: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds until it is given up."""
        return max(0.0, self.began + self.seconds - time.monotonic())


@dataclass(frozen=True)
class NoLongerAsked:
    """It is done, refused, or no longer wanted."""

    asked: Asked


@dataclass(frozen=True)
class Served:
    """The run can be looked at here; ``afar``: from other devices too."""

    url: str
    afar: bool


@dataclass(frozen=True)
class TerminalTaken:
    """Somebody is asked at the terminal: nobody else may write there."""


@dataclass(frozen=True)
class TerminalFree:
    """The terminal may be written to again."""


Fact = (
    RunBegan
    | CaseBegan
    | AtStep
    | CleaningUp
    | CaseEnded
    | RunEnded
    | Awaited
    | NoLongerAwaited
    | Asked
    | NoLongerAsked
    | Served
    | TerminalTaken
    | TerminalFree
)
