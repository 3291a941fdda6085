"""Verdicts of any validations in any order: what may never be, whatever else there is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from harness.evidence.verdict import Severity, Stage, Stop, StopKind, Validation, Verdict, decide
from harness.tests.fuzzing import TEXTS, VALUES, examples

#: All that a verdict rests on.
VALIDATIONS = st.sampled_from(
    [
        Validation("1", "M", "$", "a", "b", ok, severity, "", stage)
        for ok in (True, False)
        for severity in Severity
        for stage in Stage
    ]
)
#: And what only its words rest on.
WORDY = st.builds(
    lambda v, *words: replace(v, **dict(zip(_WORDS, words, strict=True))),
    *(VALIDATIONS, TEXTS, TEXTS, TEXTS, TEXTS, VALUES),
)
_WORDS = ("step", "message", "note", "expected", "actual")
SEEN = st.lists(VALIDATIONS, max_size=6)
STOPS = st.none() | st.builds(Stop, st.sampled_from(StopKind), st.just("why"))
#: Ends of a case that are nobody's breach, so that no validation counts.
EXEMPT = (StopKind.HARNESS, StopKind.NOT_APPLICABLE, StopKind.UNDRIVABLE)
#: From the worst that is said of a system to the best.
RANK = [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_APPLICABLE, Verdict.PASS]


def breach(seen: list[Validation], stage: Stage, *, fail_on_warnings: bool) -> bool:
    counts = (Severity.FAILURE, Severity.WARNING) if fail_on_warnings else (Severity.FAILURE,)
    return any(not v.ok and v.stage is stage and v.severity in counts for v in seen)


@given(SEEN, STOPS, st.booleans())
@examples(300)
def test_the_verdict_follows_from_what_was_seen(
    seen: list[Validation], stop: Stop | None, fail_on_warnings: bool
) -> None:
    verdict = decide(seen, stop, fail_on_warnings=fail_on_warnings).verdict
    deciding = (Stage.BEFORE, Stage.MAIN, Stage.RULE)
    before, main, rule = (
        breach(seen, stage, fail_on_warnings=fail_on_warnings) for stage in deciding
    )
    exempt = stop is not None and stop.kind in EXEMPT
    assert (verdict is Verdict.FAIL) is ((main or rule) and not exempt)
    judged = any(v.stage is Stage.MAIN for v in seen)
    assert (verdict is Verdict.PASS) is (stop is None and not (before or main or rule) and judged)
    assert (verdict is Verdict.NOT_APPLICABLE) is (
        stop is not None and stop.kind is StopKind.NOT_APPLICABLE
    )


@given(st.lists(WORDY, max_size=3), STOPS, st.booleans())
@examples(100)
def test_only_a_pass_goes_without_a_reason(
    seen: list[Validation], stop: Stop | None, fail_on_warnings: bool
) -> None:
    decision = decide(seen, stop, fail_on_warnings=fail_on_warnings)
    assert bool(decision.reason) is (decision.verdict is not Verdict.PASS)
    assert len(decision.reason) < 2_000


@given(SEEN, STOPS, st.booleans(), st.randoms(use_true_random=False))
@examples(100)
def test_the_order_makes_no_verdict(
    seen: list[Validation], stop: Stop | None, fail_on_warnings: bool, chance: object
) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert (
        decide(shuffled, stop, fail_on_warnings=fail_on_warnings).verdict
        is decide(seen, stop, fail_on_warnings=fail_on_warnings).verdict
    )


@given(SEEN, VALIDATIONS, STOPS, st.booleans())
@examples(200)
def test_one_more_breach_never_makes_it_better(
    seen: list[Validation], more: Validation, stop: Stop | None, fail_on_warnings: bool
) -> None:
    assume(not more.ok)
    first = decide(seen, stop, fail_on_warnings=fail_on_warnings).verdict
    second = decide([*seen, more], stop, fail_on_warnings=fail_on_warnings).verdict
    if more.stage is Stage.OWN:
        assert second is first, "what no page asks for decides nothing"
    elif more.severity is Severity.FAILURE:
        assert second is not Verdict.PASS
        assert not (first is Verdict.FAIL and second is not Verdict.FAIL)
    assert not (first is not Verdict.PASS and second is Verdict.PASS and fail_on_warnings)


@given(SEEN, STOPS)
@examples(200)
def test_counting_warnings_is_never_kinder(seen: list[Validation], stop: Stop | None) -> None:
    kind, counting = decide(seen, stop).verdict, decide(seen, stop, fail_on_warnings=True).verdict
    assert RANK.index(counting) <= RANK.index(kind)
