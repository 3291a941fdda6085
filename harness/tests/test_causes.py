"""Causes: what is wrong in many cases is told once, and what is not the same is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from harness.evidence.causes import AS_A_RULE, OF_FIELDS, cause_id, causes, explained, shown_by
from harness.evidence.results import CaseResult, Results, RunInfo
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.proof.embedded_run import run_cases
from harness.rules.rulebook import OF_CSMS, OF_STATION
from harness.run.gate import gate
from harness.run.known import Known
from harness.spec.roles import Role
from harness.testbed.kits import fault_named

FIELD = Validation("3", "ResetResponse", "$.status", "Accepted", "Rejected", False)
CITED = replace(FIELD, requirement="B11.FR.01")
RULE = replace(FIELD, step="message_ids_are_unique", stage=Stage.RULE, note="In words")
SCHEMA = replace(RULE, step=OF_FIELDS, path="$.timestamp")
UNSENT = replace(FIELD, path="", matcher={"fact": "sent"})
UNANSWERED = replace(FIELD, path="", matcher={"fact": "answered"})
TODAY = date(2025, 3, 1)
RUN = RunInfo(
    datetime(2025, 3, 1, tzinfo=UTC),
    datetime(2025, 3, 1, 1, tzinfo=UTC),
    (Role.STATION,),
    "x",
    "0",
    "3",
)


def case(
    number: int, *failed: Validation, verdict: Verdict = Verdict.FAIL, page: str = "passed"
) -> CaseResult:
    case_id = f"TC_B_{number:02}_CS"
    return CaseResult(
        case_id, "t", "B", Role.STATION, verdict, "why", 1.0, validations=failed, page=page
    )


def results(*cases: CaseResult, **changes: Any) -> Results:
    return Results(replace(RUN, **changes), cases)


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (RULE, "message_ids_are_unique"),
        (replace(RULE, message="BootNotificationRequest"), "message_ids_are_unique"),
        (SCHEMA, "payloads_follow_schema ResetResponse $.timestamp"),
        (CITED, "ResetResponse $.status B11.FR.01"),
        (replace(CITED, of_page=True), "ResetResponse $.status"),
        (UNSENT, "ResetResponse sent"),
        (UNANSWERED, "calls_are_answered"),
        (replace(CITED, path="$.list[3].a[0]"), "ResetResponse $.list[].a[] B11.FR.01"),
        (replace(CITED, path="evse 1 connector 2"), "ResetResponse evse n connector n B11.FR.01"),
        (replace(CITED, path="TLS 1.0"), "ResetResponse TLS 1.0 B11.FR.01"),
    ],
)
def test_a_cause_is_called_by_its_data(failed: Validation, expected: str) -> None:
    assert cause_id(failed) == expected


@pytest.mark.parametrize("stage", [Stage.BEFORE, Stage.MAIN])
def test_words_values_and_places_in_a_case_make_no_cause_of_their_own(stage: Stage) -> None:
    other = replace(CITED, step="Before>Booted 1", expected="x", actual=1, note="n", stage=stage)
    assert cause_id(other) == cause_id(CITED)


def test_rules_that_causes_speak_of_are_there() -> None:
    names = {rule.__name__ for rule in (*OF_STATION, *OF_CSMS)}
    assert {OF_FIELDS, *AS_A_RULE.values()} <= names


def test_a_cause_has_its_cases_and_those_that_fail_for_nothing_else() -> None:
    found = causes([case(1, RULE), case(2, CITED, RULE), case(3, CITED, verdict=Verdict.PASS)])
    assert [(each.id, each.cases, each.alone) for each in found] == [
        ("message_ids_are_unique", ("TC_B_01_CS", "TC_B_02_CS"), ("TC_B_01_CS",)),
        ("ResetResponse $.status B11.FR.01", ("TC_B_02_CS",), ()),
    ]
    assert [each.what for each in found] == ["In words", ""]


def test_what_decides_no_case_is_no_cause() -> None:
    warned = replace(CITED, severity=Severity.WARNING)
    own = replace(CITED, stage=Stage.OWN)
    assert shown_by(case(1, RULE, warned, own)) == (cause_id(RULE),)
    assert shown_by(case(1, RULE, warned), fail_on_warnings=True) == (
        cause_id(RULE),
        cause_id(CITED),
    )


@pytest.mark.parametrize(
    ("judged", "all_of_it"),
    [
        (case(1, CITED), True),
        (case(1, CITED, page="failed at step 3"), True),
        (case(1, RULE, page="not reached"), False),
        (case(1, RULE, replace(CITED, stage=Stage.BEFORE), page="not reached"), True),
        (case(1, RULE, page="not reached", verdict=Verdict.INCONCLUSIVE), False),
        (case(1, RULE, page="not finished: …", verdict=Verdict.INCONCLUSIVE), False),
        (case(1, RULE, verdict=Verdict.ERROR), False),
        (case(1, verdict=Verdict.INCONCLUSIVE), False),
    ],
)
def test_validations_explain_a_case_or_not(judged: CaseResult, all_of_it: bool) -> None:
    assert explained(judged) is all_of_it


# The gate


def listed(*cases: str, of: Validation = CITED, expires: date = TODAY) -> Known:
    return Known("", "being mended", "https://example.org/1", expires, 7, cause_id(of), cases)


def test_a_listed_cause_excuses_its_cases() -> None:
    outcome = gate(results(case(1, CITED), case(2, CITED)), [listed("TC_B_01_CS")], TODAY)
    assert outcome.green
    excused, joined = outcome.notes
    assert "excuses 2 of 2" in excused
    assert joined.startswith("joined: TC_B_02_CS FAIL")


def test_a_case_that_shows_something_else_too_is_not_excused() -> None:
    outcome = gate(results(case(1, CITED, RULE)), [listed("TC_B_01_CS")], TODAY)
    assert outcome.red == (f"TC_B_01_CS FAIL: why; known of it: '{cause_id(CITED)}'",)
    both = [listed("TC_B_01_CS"), listed("TC_B_01_CS", of=RULE)]
    assert gate(results(case(1, CITED, RULE)), both, TODAY).green


def test_a_case_that_was_stopped_by_something_else_is_not_excused() -> None:
    stopped = case(1, RULE, page="not reached")
    assert not gate(results(stopped), [listed("TC_B_01_CS", of=RULE)], TODAY).green


def test_an_expired_listing_of_a_cause_excuses_nothing() -> None:
    outcome = gate(results(case(1, CITED)), [listed("TC_B_01_CS")], date(2025, 3, 2))
    case_line, listing = outcome.red
    assert case_line == "TC_B_01_CS FAIL: why"
    assert "line 7" in listing
    assert "expired on 2025-03-01" in listing


@pytest.mark.parametrize(
    ("run", "listing", "stale"),
    [
        ({}, listed("TC_B_01_CS"), True),
        ({}, listed("TC_B_02_CS"), True),
        ({}, listed("TC_B_02_CSMS"), False),
        ({"selection": "-k x"}, listed("TC_B_01_CS"), True),
        ({"selection": "-k x"}, listed("TC_B_01_CS", "TC_B_02_CS"), False),
        ({"selection": "-k x"}, listed("TC_B_02_CS"), False),
    ],
)
def test_a_cause_that_no_case_shows_has_to_go(
    run: dict[str, Any], listing: Known, stale: bool
) -> None:
    outcome = gate(results(case(1, verdict=Verdict.PASS), **run), [listing], TODAY)
    assert outcome.green is not stale


# Embedded systems with faults

SHOWN_IN = ["TC_B_01_CSMS", "TC_E_01_CSMS", "TC_G_20_CSMS"]


async def _shown_by_faults(names: str) -> list[tuple[str, int]]:
    outcomes = await run_cases(Role.CSMS, SHOWN_IN, alter=fault_named(Role.CSMS, names))
    found = causes([outcome.result for outcome in outcomes])
    return sorted((each.id, len(each.cases)) for each in found)


@pytest.mark.asyncio
@pytest.mark.simulated_time
@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ("boot-interval-negative", ["boot_interval_is_usable"]),
        ("connector-status-not-answered", ["calls_are_answered"]),
        (
            "boot-interval-negative,connector-status-not-answered",
            ["boot_interval_is_usable", "calls_are_answered"],
        ),
    ],
)
async def test_a_fault_that_turns_every_case_red_is_one_cause(names: str, ids: list[str]) -> None:
    assert await _shown_by_faults(names) == [(each, len(SHOWN_IN)) for each in ids]
