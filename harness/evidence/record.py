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
        self.stage = Stage.MAIN
        self._prefix = ""

    def judge(
        self,
        step: int | str,
        message: str,
        checks: Iterable[Check],
        requirement: str = "",
        severity: Severity = Severity.FAILURE,
    ) -> None:
        """Record every check as a validation; stops the case if one failed."""
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
    ) -> NoReturn:
        """Record a failed validation and stop the case."""
        self.judge(step, message, [Check(path, expected, actual, ok=False)], requirement)
        raise AssertionError("a failed check stops the case")

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
        self._prefix = f"{outer}{step}>{state} "
        try:
            yield
        finally:
            self._prefix = outer

    @asynccontextmanager
    async def before(self) -> AsyncGenerator[None]:
        """Everything inside belongs to the preparations: what fails there is INCONCLUSIVE."""
        outer, self.stage = self.stage, Stage.BEFORE
        try:
            yield
        finally:
            self.stage = outer
