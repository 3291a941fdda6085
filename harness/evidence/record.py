"""What a case writes down: its steps, its validations, and the part of the case they belong to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from harness.evidence.matchers import Check
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.values import brief
from harness.evidence.verdict import CaseStopped, Severity, Stage, StopKind, Validation


class Record:
    """Steps and validations of one case, labelled with the states they are nested in."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._prefix = ""

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
    ) -> None:
        """Record every check as a validation; stops the case if one failed.

        ``frame``: the id of the message that is judged, where it is one.
        """
        recorded = [
            self.transcript.validate(
                Validation(
                    self.label(step),
                    message,
                    check.path,
                    check.expected,
                    brief(check.actual),
                    check.ok,
                    severity,
                    requirement,
                    self.stage,
                    matcher=check.matcher,
                    frame=frame,
                    places=check.places,
                )
            )
            for check in checks
        ]
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
        where = {"step": self.label(step), "stage": self.stage}
        self.transcript.add(Kind.ACT, act=what, facts=facts, **where)

    def note_step(self, step: int | str, text: str) -> None:
        """Record that a step of the page was reached."""
        self.transcript.add(Kind.STEP, step=self.label(step), text=text)

    def label(self, step: int | str) -> str:
        """``step`` with the states it is nested in: ``3>Booted 5``."""
        return f"{self._prefix}{step}"

    @asynccontextmanager
    async def within(self, step: int | str, state: str) -> AsyncGenerator[None]:
        """Everything inside belongs to ``state``, run as ``step``."""
        outer = self._prefix
        self._enter(f"{outer}{step}>{state} ")
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
