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
    ``asked_at``: file and line of the case module that asked. ``of_page``: the requirement is that
    of the page as a whole, as the check names none.
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
    asked_at: str = ""
    of_page: bool = False

    def sentence(self) -> str:
        """The validation in one line, for people."""
        where = f"{self.message} {self.path}".strip()
        source = f" [{self.requirement}]" if self.requirement else ""
        note = f" ({self.note})" if self.note else ""
        expected = brief(str(self.expected), _IN_A_LINE)
        actual = brief(literal(self.actual), _IN_A_LINE)
        return f"step {self.step}: {where}: expected {expected}, got {actual}{note}{source}"


class StopKind(StrEnum):
    """Why a case ended before its last line.

    ``UNREADABLE``: what the system sent broke the frame or the schema, so that nobody could go on.
    """

    VALIDATION = "validation"
    UNREADABLE = "unreadable"
    BEFORE = "before"
    UNDRIVABLE = "undrivable"
    NOT_APPLICABLE = "not applicable"
    HARNESS = "harness"


@dataclass(frozen=True)
class Stop:
    """An early end of a case, with a reason a person understands.

    ``what``: as data, what could not be done, "" where a failed validation or the step tells.
    """

    kind: StopKind
    reason: str
    what: str = ""


class CaseStopped(Exception):
    """Raised inside a case to end it; carries the Stop."""

    def __init__(self, kind: StopKind, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.stop = Stop(kind, reason, what)


@dataclass(frozen=True)
class Decision:
    """A verdict and the sentence that explains it.

    ``page``: what became of the page's steps, in words; ``rules``: the standing rules that were
    broken, whatever the verdict rests on. ``skipped``: the case was left out before its end: it
    is NOT RUN, whatever the verdict.
    """

    verdict: Verdict
    reason: str
    page: str = ""
    rules: tuple[str, ...] = ()
    skipped: bool = False


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
    """Verdict of a finished case, and beside it what became of the page and of the rules.

    A breach outside "Before" is a FAIL even where the case could not be carried to its end, except
    where the system could not be driven at all. A case that validated nothing is an ERROR of ours.
    """
    seen = list(validations)
    broken = breaches(seen, fail_on_warnings=fail_on_warnings)
    verdict, reason = _decided(seen, broken, stop)
    page, rules = "", tuple(dict.fromkeys(v.step for v in broken if v.stage is Stage.RULE))
    if verdict in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE):
        page = _page(seen, broken, stop)
        reason = _with_the_rest(verdict, reason, broken, stop)
    return Decision(verdict, reason, page, rules)


def _decided(
    seen: list[Validation], broken: list[Validation], stop: Stop | None
) -> tuple[Verdict, str]:
    if stop and stop.kind is StopKind.HARNESS:
        return Verdict.ERROR, stop.reason
    if stop and stop.kind is StopKind.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE, stop.reason
    if stop and stop.kind is StopKind.UNDRIVABLE:
        return Verdict.INCONCLUSIVE, stop.reason
    failed = [v for v in broken if v.stage is not Stage.BEFORE]
    if failed:
        return Verdict.FAIL, _foremost(failed).sentence()
    if stop and stop.kind is StopKind.BEFORE:
        return Verdict.INCONCLUSIVE, stop.reason
    if broken:
        return Verdict.INCONCLUSIVE, f"preparation failed: {broken[0].sentence()}"
    if stop:
        return Verdict.ERROR, f"stopped without a failed validation: {stop.reason}"
    if not any(v.stage is Stage.MAIN for v in seen):
        return Verdict.ERROR, "the case validated nothing that the system did"
    return Verdict.PASS, ""


def _foremost(failed: list[Validation]) -> Validation:
    """A step of the page before a rule, and a rule that cites a requirement before one that does
    not: that something is unexplained is often said better by another.
    """
    return min(failed, key=lambda v: (v.stage is Stage.RULE, not v.requirement))


def _page(seen: list[Validation], broken: list[Validation], stop: Stop | None) -> str:
    """What became of the page's steps."""
    main = [v for v in seen if v.stage is Stage.MAIN]
    failed = next((v for v in broken if v.stage is Stage.MAIN), None)
    if failed is not None:
        return f"failed at step {failed.step}"
    if stop is None or stop.kind is StopKind.VALIDATION:
        return "passed"
    if stop.kind is StopKind.BEFORE or not main:
        return "not reached"
    return f"not finished: the last that was judged is step {main[-1].step}"


def _with_the_rest(
    verdict: Verdict, reason: str, broken: list[Validation], stop: Stop | None
) -> str:
    """The reason, and what it does not say: a broken rule beside a step, a page not reached."""
    rules = [v for v in broken if v.stage is Stage.RULE]
    told = {v.step for v in rules if v.sentence() == reason}
    others = list(dict.fromkeys(v.step for v in rules if v.step not in told))
    if verdict is Verdict.FAIL and stop is not None and stop.kind is StopKind.BEFORE:
        reason += f"; the steps of the page were not reached: {stop.reason}"
    if verdict is Verdict.INCONCLUSIVE and rules:
        return f"{reason}; a rule was broken all the same: {_foremost(rules).sentence()}"
    return f"{reason}; rules broken besides: {', '.join(others)}" if others else reason
