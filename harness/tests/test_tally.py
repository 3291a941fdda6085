"""The two axes of a case in words: its page, and the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.evidence.results import CaseResult, Results
from harness.evidence.verdict import Verdict
from harness.report.tally import along_axes, axes, facts
from harness.spec.roles import Role
from harness.tests.report_sample import RUN


def case(page: str, *rules: str) -> CaseResult:
    return CaseResult(
        "TC_B_01_CS", "t", "B", Role.STATION, Verdict.FAIL, "why", 1.0, page=page, rules=rules
    )


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        (case("passed"), "the steps of the page passed; no rule broken"),
        (case("passed", "a", "b"), "the steps of the page passed; broken: a, b"),
        (case("not reached", "a"), "the steps of the page were not reached; broken: a"),
        (case("failed at step 3"), "the steps of the page: failed at step 3; no rule broken"),
        (case(""), ""),
    ],
)
def test_both_axes_of_a_case(judged: CaseResult, told: str) -> None:
    assert axes(judged) == told


def test_the_head_of_a_report_tells_what_was_run() -> None:
    run = replace(RUN, fault="late", variant="slow", descriptions=("a.yaml", "b.yaml"))
    told = dict(facts(Results(run, ())))
    assert (told["Fault"], told["Variant"]) == ("late", "slow")
    assert told["Description"] == "a.yaml, b.yaml"
    assert dict(facts(Results(RUN, ())))["Description"] == "embedded"


def test_both_axes_over_all_cases() -> None:
    cases = [
        *(case("passed"), case("passed", "a"), case("failed at step 3>Booted 1", "a", "b")),
        *(case("failed at step 4"), case("not reached"), case("not finished: the last"), case("")),
    ]
    assert along_axes(cases) == (
        "steps of the page: 2 failed, 1 not finished, 1 not reached, 2 passed;"
        " rules: broken in 2, of which 1 passed their page"
    )
    assert along_axes([case("passed")]) == "steps of the page: 1 passed; rules: held"
    assert along_axes([case("")]) == ""
