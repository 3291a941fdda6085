"""One recorded case judged again: each validation, and the verdict as far as it follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.evidence.mask import MASKED
from harness.evidence.results import CaseResult, transcript_path
from harness.evidence.transcript import Entry, Kind
from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import (
    Decision,
    Stage,
    Stop,
    StopKind,
    Validation,
    Verdict,
    decide,
)
from harness.rejudge.matchers import CannotBeJudged, holds
from harness.report.log import Log, read_log
from harness.rules.frames import CaseLog, Rule
from harness.rules.judging import check
from harness.rules.recorded import NotRecorded, log_of
from harness.sut.model import Sut
from harness.testbed.kits import KITS


@dataclass(frozen=True)
class Reviewed:
    """A validation as it was recorded, or as a rule of today makes it where it was not.

    ``now``: whether it holds today, None where that cannot be told; ``why``: why not, or what is
    not as it was; "" where all is.
    """

    validation: Validation
    now: bool | None
    why: str = ""

    @property
    def changed(self) -> bool:
        """Whether today it is judged otherwise."""
        return self.now is not None and bool(self.why)


@dataclass(frozen=True)
class Review:
    """A case; ``decision`` is None where its verdict of today is not known, and ``unknown`` says
    why.
    """

    case: CaseResult
    reviewed: tuple[Reviewed, ...]
    decision: Decision | None
    unknown: str = ""

    @property
    def verdict_changed(self) -> bool:
        """Whether it would have another verdict today."""
        return self.decision is not None and self.decision.verdict is not self.case.verdict


def review(case: CaseResult, folder: Path, sut: Sut, *, fail_on_warnings: bool) -> Review:
    """Judge a case again from its transcript; nothing is guessed."""
    if case.verdict is Verdict.NOT_APPLICABLE:
        return Review(case, (), None, "it was not run, as it did not apply")
    path = transcript_path(folder, case)
    if path is None:
        reviewed = tuple(Reviewed(v, None, "there is no transcript") for v in case.validations)
        return Review(case, reviewed, None, "there is no transcript")
    log = read_log(path, whole=True)
    steps = tuple(_step(v, log) for v in _of(case, Stage.BEFORE, Stage.MAIN))
    own = tuple(
        Reviewed(v, None, "no page asks for it: it decides no case") for v in _of(case, Stage.OWN)
    )
    told = _of(case, Stage.RULE)
    try:
        rules = tuple(_rules(told, log_of(log.entries, sut), log, sut))
    except NotRecorded as error:
        rules = tuple(Reviewed(v, None, str(error)) for v in told)
        return Review(case, (*steps, *rules, *own), None, str(error))
    reviewed = (*steps, *rules, *own)
    return _decided(case, reviewed, log, fail_on_warnings=fail_on_warnings)


def _of(case: CaseResult, *stages: Stage) -> list[Validation]:
    return [v for v in case.validations if v.stage in stages]


def _step(validation: Validation, log: Log) -> Reviewed:
    try:
        now = holds(validation, log.entries)
    except CannotBeJudged as error:
        return Reviewed(validation, None, str(error))
    if now is validation.ok:
        return Reviewed(validation, now)
    return Reviewed(validation, now, "the recorded message says otherwise than the validation")


# -- the standing rules


def _rules(told: Sequence[Validation], log: CaseLog, whole: Log, sut: Sut) -> Iterator[Reviewed]:
    """What each rule of today makes of the log, beside what was recorded of it."""
    today = KITS[sut.role].rules
    for rule in today:
        before = [v for v in told if v.step == rule.__name__]
        yield from _rule(rule, before, log, whole)
    names = {rule.__name__ for rule in today}
    for v in told:
        if v.step not in names:
            yield Reviewed(replace(v, ok=True), True, "is no rule any more")


def _rule(rule: Rule, before: Sequence[Validation], log: CaseLog, whole: Log) -> Iterator[Reviewed]:
    try:
        now = [v for v in check(log, (rule,)) if v.stage is Stage.RULE]
    except UNREADABLE as error:
        why = f"the rule cannot read the transcript: {error}"
        yield from (Reviewed(v, None, why) for v in before)
        return
    broken, breaks = _breaches(before), _breaches(now)
    if broken.keys() == breaks.keys():
        yield from (Reviewed(v, v.ok) for v in before)
    elif _is_masked(whole.entries):
        yield from (Reviewed(v, None, "messages are masked") for v in before)
    else:
        yield from (Reviewed(v, False, "breaks now") for k, v in breaks.items() if k not in broken)
        yield from (Reviewed(v, True, "holds now") for k, v in broken.items() if k not in breaks)
        yield from (Reviewed(v, False) for k, v in broken.items() if k in breaks)


def _breaches(validations: Sequence[Validation]) -> dict[tuple[str, ...], Validation]:
    return {(v.message, v.path, v.severity, v.requirement): v for v in validations if not v.ok}


def _is_masked(entries: Sequence[Entry]) -> bool:
    frames = (e.data for e in entries if e.kind in (Kind.SENT, Kind.RECEIVED))
    return any(MASKED in str(data) for data in frames)


# -- the verdict


def _decided(
    case: CaseResult, reviewed: tuple[Reviewed, ...], log: Log, *, fail_on_warnings: bool
) -> Review:
    end = next((e.data for e in reversed(log.entries) if e.kind is Kind.VERDICT), None)
    if end is None:
        return Review(case, reviewed, None, "the transcript does not say how the case ended")
    open_rules = [r for r in reviewed if r.now is None and r.validation.stage is Stage.RULE]
    if open_rules:
        return Review(case, reviewed, None, f"{open_rules[0].validation.step}: {open_rules[0].why}")
    stop = Stop(StopKind(end["stop"]), end["stopped"], end.get("what", "")) if end["stop"] else None
    today = [r.validation if r.now is None else replace(r.validation, ok=r.now) for r in reviewed]
    decision = decide(today, stop, fail_on_warnings=fail_on_warnings)
    return Review(case, reviewed, decision)
