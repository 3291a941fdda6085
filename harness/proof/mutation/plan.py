"""The data of wire mutation: what was recorded, and what is to be broken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.ocppj.frames import Payload
from harness.proof.mutation.shape import FrameId, Path, show
from harness.spec.roles import Role


@dataclass(frozen=True)
class Judged:
    """A place in a frame that a validation judged; an empty path: that the frame came.

    ``matcher``: what is wanted there, as data.
    """

    step: str
    path: Path
    matcher: Any


@dataclass(frozen=True)
class SentFrame:
    """A frame that the system under test sent in a passing run.

    ``before``: it belongs to the preparations. ``steps``: that claimed or judged it. ``answer``:
    what a CALL was answered with, None for a CALLERROR. ``follower``: the next CALL on the same
    connection. ``own``: the answer to what no page asks for: only what is judged decides.
    """

    id: FrameId
    payload: Payload
    before: bool
    steps: tuple[str, ...]
    judged: tuple[Judged, ...]
    answer: Payload | None = None
    follower: FrameId | None = None
    own: bool = False


#: In place of the id of the transaction of which the system under test told last.
RUNNING = "<running>"


@dataclass(frozen=True)
class Silence:
    """A validation that some message was not sent, after the frame ``after``.

    ``message``: its action, "" for any; ``fields``: what it holds, as a matcher.
    """

    step: str
    message: str
    fields: Any
    after: FrameId


@dataclass(frozen=True)
class Recording:
    """What the system under test sent in a passing run of a case.

    ``unplaced``: validations of which it is not known what they judged.
    """

    role: Role
    case_id: str
    variant: str
    frames: tuple[SentFrame, ...]
    silences: tuple[Silence, ...] = ()
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unproven:
    """A validation of a case that no mutant breaks; ``what`` names it."""

    case_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"


class How(StrEnum):
    """What is done to a frame."""

    CONTROL = "nothing"
    DROP = "drop"
    DELAY = "delay"
    REPEAT = "repeat"
    SWAP = "swap"
    ECHO = "echo"
    WRONG_ID = "wrong id"
    CALLERROR = "CALLERROR"
    CALLRESULT = "CALLRESULT"
    SPEAK = "speak"
    ABSENT = "absent"
    PRESENT = "present"
    OTHER = "other"
    WRONG_TYPE = "wrong type"
    AHEAD = "ahead"
    BEHIND = "behind"


_EXCERPT = 110
_NO_QUOTES = str.maketrans("", "", '"')


@dataclass(frozen=True)
class Edit:
    """A change of one place: ``value`` goes there, ``remove`` takes the place away.

    A time is put ``shift`` seconds after it is sent or, below 0, before the case began; to a
    number that differs in each run, ``add`` is added.
    """

    path: Path
    value: Any = None
    shift: float = 0.0
    add: int = 0
    remove: bool = False


@dataclass(frozen=True)
class Mutant:
    """One change on the wire in one case.

    ``steps``: where it must show, for a mutation of a judged field; empty: anywhere. ``claimed``: a
    step of the case is about the frame. ``extra``: the CALL that is sent besides.
    """

    role: Role
    case_id: str
    variant: str
    frame: FrameId
    how: How
    before: bool = False
    claimed: bool = True
    steps: tuple[str, ...] = ()
    edit: Edit | None = None
    answer: Payload | None = None
    follower: FrameId | None = None
    extra: tuple[str, Payload] | None = None

    @property
    def path(self) -> str:
        """The place that is broken, or ""."""
        return show(self.edit.path) if self.edit else ""

    def title(self) -> str:
        """The mutation in a few words."""
        said = self.frame.says.translate(_NO_QUOTES)[:_EXCERPT]
        where = f"{self.frame.message} #{self.frame.nth + 1} {said} {self.path}".strip()
        if self.how is How.SPEAK and self.extra is not None:
            return f"{where}: then an unwanted {self.extra[0]}Request"
        value = self.edit.value if self.edit and self.how in (How.OTHER, How.PRESENT) else None
        return f"{where}: {self.how}" + ("" if value is None else f" ({value})"[:80])


class MutantOutcome(StrEnum):
    """What became of a mutant."""

    CONTROL = "control"
    KILLED = "killed"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"
    MISPLACED = "misplaced"
    ERROR = "error"

    @property
    def good(self) -> bool:
        """Whether the mutant proves something, or is known to prove nothing."""
        return self in (MutantOutcome.CONTROL, MutantOutcome.KILLED, MutantOutcome.EQUIVALENT)


@dataclass(frozen=True)
class MutatedRun:
    """How the mutated run ended: its verdict, the steps of its failed validations, the change.

    ``standing``: one of the failed validations is a standing rule. ``changed``: what went over the
    wire differed from what would have.
    """

    verdict: str
    reason: str
    steps: tuple[str, ...] = ()
    standing: bool = False
    changed: bool = True


@dataclass(frozen=True)
class Result:
    """A mutant, its fate and the sentence that explains it; ``why`` for equivalents."""

    mutant: Mutant
    fate: MutantOutcome
    step: str
    reason: str
    why: str = ""
