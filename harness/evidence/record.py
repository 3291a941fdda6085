"""What a case writes down: its steps, its validations, and the part of the case they belong to."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from harness.evidence.matchers import Check
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.values import brief
from harness.evidence.verdict import CaseStopped, Severity, Stage, StopKind, Validation
from harness.live.facts import AtStep


class Record:
    """Steps and validations of one case, labelled with the states they are nested in."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._prefix = ""
        #: The requirement where a check names none: that of the case.
        self.of_page = ""

    @property
    def stage(self) -> Stage:
        """The part of the case that is being recorded."""
        return self.transcript.stage

    def judge(
        self,
        step: int | str,
        message: str,
        checks: Iterable[Check],
        requirement: str = "",
        severity: Severity = Severity.FAILURE,
        frame: str = "",
        by_field: Mapping[str, str] | None = None,
    ) -> None:
        """Record every check as a validation; stops the case if one failed.

        ``frame``: the id of the message that is judged, where it is one; ``by_field``: requirements
        by the path of a field, in place of ``requirement``.
        """
        asked_at = _asked_at()
        recorded: list[Validation] = []
        for check in checks:
            cited = _of_field(check.path, by_field or {}) or requirement
            validation = Validation(
                self.label(step),
                message,
                check.path,
                check.expected,
                brief(check.actual),
                check.ok,
                severity,
                cited or self.of_page,
                self.stage,
                matcher=check.matcher,
                frame=frame,
                places=check.places,
                asked_at=asked_at,
                of_page=not cited and bool(self.of_page),
            )
            recorded.append(self.transcript.validate(validation))
        failed = [v for v in recorded if not v.ok and v.severity is Severity.FAILURE]
        if failed:
            kind = StopKind.BEFORE if self.stage is Stage.BEFORE else StopKind.VALIDATION
            raise CaseStopped(kind, failed[0].sentence())

    def fail(
        self,
        step: int | str,
        message: str,
        path: str,
        expected: str,
        actual: Any,
        requirement: str = "",
        *,
        matcher: Any,
        frame: str = "",
    ) -> NoReturn:
        """Record a failed validation and stop the case."""
        check = Check(path, expected, actual, ok=False, matcher=matcher)
        self.judge(step, message, [check], requirement, frame=frame)
        raise AssertionError("a failed check stops the case")

    def act(self, step: int | str, what: str, /, **facts: Any) -> None:
        """Record something that the harness does and that is no message: a wait, an end."""
        self.at(step)
        where = {"step": self.label(step), "stage": self.stage}
        self.transcript.add(Kind.ACT, act=what, facts=facts, **where)

    def note_step(self, step: int | str, text: str) -> None:
        """Record that a step of the page was reached."""
        self.at(step)
        self.transcript.add(Kind.STEP, step=self.label(step), text=text)

    def at(self, step: int | str) -> None:
        """Tell that the case is at this step: it does something there, or waits for something."""
        self.transcript.live.tell(AtStep(self.label(step)))

    def label(self, step: int | str) -> str:
        """``step`` with the states it is nested in: ``3>Booted 5``."""
        return f"{self._prefix}{step}"

    @asynccontextmanager
    async def within(self, step: int | str, state: str) -> AsyncGenerator[None]:
        """Everything inside belongs to ``state``, run as ``step``."""
        outer = self._prefix
        self._enter(f"{outer}{step}>{state} ")
        self.at("")
        try:
            yield
        finally:
            self._enter(outer)

    def _enter(self, prefix: str) -> None:
        self._prefix, self.transcript.section = prefix, prefix.strip()

    @asynccontextmanager
    async def before(self) -> AsyncGenerator[None]:
        """Everything inside belongs to the preparations: what fails there is INCONCLUSIVE."""
        outer, self.transcript.stage = self.stage, Stage.BEFORE
        try:
            yield
        finally:
            self.transcript.stage = outer


def _of_field(path: str, by_field: Mapping[str, str]) -> str:
    found = (named for start, named in by_field.items() if path.startswith(start))
    return next(found, "")


def _asked_at() -> str:
    """File and line of the case module for which something is judged, "" where there is none."""
    frame = inspect.currentframe()
    while frame is not None:
        *_, module = frame.f_code.co_filename.replace("\\", "/").rsplit("/", 3)
        if module.startswith("test_tc_"):
            place = "/".join(frame.f_code.co_filename.replace("\\", "/").rsplit("/", 3)[1:])
            return f"{place}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
