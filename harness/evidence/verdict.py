"""Verdicts, the validations they rest on, and the rule that turns one into the other.

Pure data and pure functions: no I/O, no pytest, no sockets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.evidence.matchers import Place
from harness.evidence.values import brief, literal

#: Longest value in a sentence, in characters.
_IN_A_LINE = 300


class Verdict(StrEnum):
    """Outcome of a case, in the words of ISO/IEC 9646."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT APPLICABLE"
    ERROR = "ERROR"

    @property
    def green(self) -> bool:
        """Whether a gate may let this verdict through."""
        return self in (Verdict.PASS, Verdict.NOT_APPLICABLE)


class Severity(StrEnum):
    """A failure breaches the specification; a warning is legal but known to upset others."""

    FAILURE = "failure"
    WARNING = "warning"


class Stage(StrEnum):
    """Part of a case that a validation belongs to.

    ``OWN``: what the harness asks for by itself, which decides no case.
    """

    BEFORE = "before"
    MAIN = "main"
    RULE = "rule"
    OWN = "own"


@dataclass(frozen=True)
class Validation:
    """One check of something that the system under test did.

    ``step`` is the page's step number, ``"3>Booted 5"`` for step 5 of a state run as step 3,
    or the name of the rule. ``path`` is a JSON path into the payload of ``message``. ``matcher`` is
    what was wanted as data (``harness.evidence.matchers``), ``frame`` the id of the judged message;
    ``places`` is what it rests on, where that is not the value at ``path`` in that message.
    """

    step: str
    message: str
    path: str
    expected: Any
    actual: Any
    ok: bool
    severity: Severity = Severity.FAILURE
    requirement: str = ""
    stage: Stage = Stage.MAIN
    note: str = ""
    matcher: Any = None
    frame: str = ""
    places: tuple[Place, ...] = ()

    def sentence(self) -> str:
        """The validation in one line, for people."""
        where = f"{self.message} {self.path}".strip()
        source = f" [{self.requirement}]" if self.requirement else ""
        note = f" ({self.note})" if self.note else ""
        expected = brief(str(self.expected), _IN_A_LINE)
        actual = brief(literal(self.actual), _IN_A_LINE)
        return f"step {self.step}: {where}: expected {expected}, got {actual}{note}{source}"


class StopKind(StrEnum):
    """Why a case ended before its last line."""

    VALIDATION = "validation"
    BEFORE = "before"
    UNDRIVABLE = "undrivable"
    NOT_APPLICABLE = "not applicable"
    HARNESS = "harness"


@dataclass(frozen=True)
class Stop:
    """An early end of a case, with a reason a person understands."""

    kind: StopKind
    reason: str


class CaseStopped(Exception):
    """Raised inside a case to end it; carries the Stop."""

    def __init__(self, kind: StopKind, reason: str) -> None:
        super().__init__(reason)
        self.stop = Stop(kind, reason)


@dataclass(frozen=True)
class Decision:
    """A verdict and the sentence that explains it."""

    verdict: Verdict
    reason: str


def breaches(
    validations: Iterable[Validation], *, fail_on_warnings: bool = False
) -> list[Validation]:
    """Validations that count against the system under test."""
    return [
        v
        for v in validations
        if not v.ok
        and v.stage is not Stage.OWN
        and (fail_on_warnings or v.severity is Severity.FAILURE)
    ]


def decide(
    validations: Iterable[Validation], stop: Stop | None = None, *, fail_on_warnings: bool = False
) -> Decision:
    """Verdict of a finished case.

    A breach outside "Before" is a FAIL even where the case could not be carried to its end, except
    where the system could not be driven at all. A case that validated nothing is an ERROR of ours.
    """
    seen = list(validations)
    if stop and stop.kind is StopKind.HARNESS:
        return Decision(Verdict.ERROR, stop.reason)
    if stop and stop.kind is StopKind.NOT_APPLICABLE:
        return Decision(Verdict.NOT_APPLICABLE, stop.reason)
    if stop and stop.kind is StopKind.UNDRIVABLE:
        return Decision(Verdict.INCONCLUSIVE, stop.reason)
    broken = breaches(seen, fail_on_warnings=fail_on_warnings)
    failed = [v for v in broken if v.stage is not Stage.BEFORE]
    if failed:
        return Decision(Verdict.FAIL, failed[0].sentence())
    if stop and stop.kind is StopKind.BEFORE:
        return Decision(Verdict.INCONCLUSIVE, stop.reason)
    if broken:
        return Decision(Verdict.INCONCLUSIVE, f"preparation failed: {broken[0].sentence()}")
    if stop:
        return Decision(Verdict.ERROR, f"stopped without a failed validation: {stop.reason}")
    if not any(v.stage is Stage.MAIN for v in seen):
        return Decision(Verdict.ERROR, "the case validated nothing that the system did")
    return Decision(Verdict.PASS, "")
