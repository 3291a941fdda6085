"""From validations and the end of a case to its verdict: the whole table."""

from dataclasses import replace

import pytest

from harness.evidence.verdict import (
    CaseStopped,
    Severity,
    Stage,
    Stop,
    StopKind,
    Validation,
    Verdict,
    breaches,
    decide,
)


def validation(
    stage: Stage, *, ok: bool = True, severity: Severity = Severity.FAILURE, step: str = "1"
) -> Validation:
    return Validation(step, "M", "$.a", "x", "x" if ok else "y", ok, severity, "R.FR.01", stage)


B, M, R = (validation(stage) for stage in (Stage.BEFORE, Stage.MAIN, Stage.RULE))
B_BAD, M_BAD, R_BAD = (
    validation(stage, ok=False) for stage in (Stage.BEFORE, Stage.MAIN, Stage.RULE)
)
M_WARN, R_WARN = (
    validation(stage, ok=False, severity=Severity.WARNING) for stage in (Stage.MAIN, Stage.RULE)
)
STOPS = {kind: Stop(kind, f"because of {kind}") for kind in StopKind}

PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
INCONCLUSIVE, NOT_APPLICABLE = Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("seen", "stop", "verdict"),
    [
        ([], None, ERROR),
        ([B, R], None, ERROR),
        ([M], None, PASS),
        ([B, M, R], None, PASS),
        ([M_BAD], None, FAIL),
        ([M, R_BAD], None, FAIL),
        ([R_BAD], None, FAIL),
        ([B_BAD, M], None, INCONCLUSIVE),
        ([B_BAD, M_BAD], None, FAIL),
        ([B_BAD, R_BAD], None, FAIL),
        ([M, M_WARN], None, PASS),
        ([M, R_WARN], None, PASS),
        ([M_BAD], StopKind.VALIDATION, FAIL),
        ([M], StopKind.VALIDATION, ERROR),
        ([], StopKind.VALIDATION, ERROR),
        ([B_BAD], StopKind.BEFORE, INCONCLUSIVE),
        ([B], StopKind.BEFORE, INCONCLUSIVE),
        ([], StopKind.BEFORE, INCONCLUSIVE),
        ([M], StopKind.BEFORE, INCONCLUSIVE),
        ([B_BAD, R_BAD], StopKind.BEFORE, FAIL),
        ([M], StopKind.UNDRIVABLE, INCONCLUSIVE),
        ([M, M_BAD, R_BAD], StopKind.UNDRIVABLE, INCONCLUSIVE),
        ([], StopKind.NOT_APPLICABLE, NOT_APPLICABLE),
        ([M], StopKind.HARNESS, ERROR),
        ([M_BAD, R_BAD], StopKind.HARNESS, ERROR),
    ],
)
def test_verdict(seen: list[Validation], stop: StopKind | None, verdict: Verdict) -> None:
    decision = decide(seen, STOPS[stop] if stop else None)
    assert decision.verdict is verdict
    assert bool(decision.reason) is (verdict is not PASS)


def test_warnings_can_be_made_to_count() -> None:
    assert decide([M, M_WARN], fail_on_warnings=True).verdict is FAIL
    assert decide([M, R_WARN], fail_on_warnings=True).verdict is FAIL
    assert decide([M, R], fail_on_warnings=True).verdict is PASS
    assert breaches([M, M_WARN]) == []
    assert breaches([M, M_WARN], fail_on_warnings=True) == [M_WARN]


def test_the_reason_is_the_first_breach_outside_before() -> None:
    second = validation(Stage.MAIN, ok=False, step="2")
    third = validation(Stage.RULE, ok=False, step="3")
    decision = decide([B_BAD, second, third])
    assert decision.reason == f"{second.sentence()}; rules broken besides: 3"
    assert (decision.page, decision.rules) == ("failed at step 2", ("3",))


def test_a_rule_that_cites_a_requirement_goes_first() -> None:
    plain = replace(validation(Stage.RULE, ok=False, step="no_unexpected_message"), requirement="")
    cited = replace(validation(Stage.RULE, ok=False, step="seqNo"), requirement="E01.FR.07")
    decision = decide([M, plain, cited])
    assert decision.reason.startswith(cited.sentence())
    assert decision.rules == ("no_unexpected_message", "seqNo")
    assert decision.page == "passed"


@pytest.mark.parametrize("kind", [StopKind.BEFORE, StopKind.UNDRIVABLE])
def test_an_inconclusive_case_tells_which_rule_it_saw_broken(kind: StopKind) -> None:
    rule = validation(Stage.RULE, ok=False, step="seqNo")
    decision = decide([rule], STOPS[kind])
    assert rule.sentence() in decision.reason
    assert f"because of {kind}" in decision.reason
    assert (decision.page, decision.rules) == ("not reached", ("seqNo",))


def test_a_case_that_was_cut_off_says_how_far_it_came() -> None:
    decision = decide([M], STOPS[StopKind.UNDRIVABLE])
    assert decision.page == f"not finished: the last that was judged is step {M.step}"
    assert decide([M]).page == "passed"


def test_a_page_that_an_unreadable_message_ended_did_not_pass() -> None:
    rule = validation(Stage.RULE, ok=False, step="frames_are_ocpp")
    unreadable = decide([M, rule], STOPS[StopKind.UNREADABLE])
    assert unreadable.verdict is FAIL
    assert unreadable.page == f"not finished: the last that was judged is step {M.step}"
    # A rule that stops a case does so after its last line.
    assert decide([M, rule], STOPS[StopKind.VALIDATION]).page == "passed"


def test_what_no_page_asks_for_decides_nothing() -> None:
    own = validation(Stage.OWN, ok=False, step="own")
    assert decide([M, own]).verdict is PASS
    assert decide([M, own], fail_on_warnings=True).verdict is PASS


def test_a_stop_keeps_its_own_reason() -> None:
    for kind in (StopKind.BEFORE, StopKind.UNDRIVABLE, StopKind.NOT_APPLICABLE, StopKind.HARNESS):
        assert decide([], STOPS[kind]).reason == f"because of {kind}"


def test_what_before_lacks_is_told() -> None:
    assert decide([B_BAD, M]).reason == f"preparation failed: {B_BAD.sentence()}"


def test_only_pass_and_not_applicable_are_green() -> None:
    assert {verdict for verdict in Verdict if verdict.green} == {PASS, NOT_APPLICABLE}


def test_a_sentence_names_everything() -> None:
    full = Validation("3", "ResetResponse", "$.status", "A", "B", False, requirement="B11.FR.01")
    assert full.sentence() == ("step 3: ResetResponse $.status: expected A, got B [B11.FR.01]")


def test_a_sentence_is_one_that_can_be_read() -> None:
    long = Validation("3", "M", "$", "e" * 10_000_000, {"a": "b" * 10_000_000}, ok=False)
    assert len(long.sentence()) < 1_000
    assert "10000000 characters" in long.sentence()


def test_a_stop_can_be_raised() -> None:
    with pytest.raises(CaseStopped, match="why") as caught:
        raise CaseStopped(StopKind.BEFORE, "why")
    assert caught.value.stop == Stop(StopKind.BEFORE, "why")
