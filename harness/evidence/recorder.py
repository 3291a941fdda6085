"""Where results and transcripts of a run go, case by case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.evidence.collected import TRANSCRIPTS, set_aside
from harness.evidence.mask import masker
from harness.evidence.results import (
    OWN_TESTS,
    CaseResult,
    NotRun,
    QuestionResult,
    write_case,
    write_not_run,
    write_question,
    write_test,
)
from harness.evidence.transcript import Transcript
from harness.live.feed import Feed


@dataclass(frozen=True)
class Recorder:
    """Writes into ``directory``; without one (a person's own tests) nothing is written.

    ``live``: who is told of it while it goes on.
    """

    directory: Path | None
    secrets: Iterable[str] = ()
    fail_on_warnings: bool = False
    live: Feed = field(default_factory=Feed)

    def transcript(self, name: str) -> Transcript:
        """A fresh transcript for a case; the result of an earlier attempt is kept, with its own."""
        if self.directory is None:
            return Transcript(name, live=self.live)
        set_aside(self.directory, name)
        path = self.directory / TRANSCRIPTS / f"{name}.jsonl"
        path.unlink(missing_ok=True)
        return Transcript(name, path, masker(self.secrets), live=self.live)

    def record_question(self, question: QuestionResult) -> None:
        """Write what came of a question of the run's own."""
        if self.directory is not None:
            write_question(self.directory, question, masker(self.secrets))

    def leave_out(self, case: NotRun) -> None:
        """Write that a case was asked for and is not run, and why."""
        if self.directory is not None:
            write_not_run(self.directory, replace(case, reason=masker(self.secrets)(case.reason)))

    def record(self, result: CaseResult) -> None:
        """Write a result, of a case or of a test of one's own, at once and atomically."""
        if self.directory is not None and result.block == OWN_TESTS:
            write_test(self.directory, result, masker(self.secrets))
        elif self.directory is not None:
            write_case(self.directory, result, masker(self.secrets))
