"""Causes: what is wrong in many cases is told once, and what is not the same is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from harness.evidence.causes import OF_FIELDS, UNANSWERED, cause_id, causes, explained, shown_by
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
NO_ANSWER = replace(FIELD, path="", matcher={"fact": "answered"})
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
    number: int, *failed: Validation, verdict: Verdict = Verdict.FAIL, **told: str
) -> CaseResult:
    case_id, told = f"TC_B_{number:02}_CS", {"page": "passed", **told}
    return CaseResult(
        case_id, "t", "B", Role.STATION, verdict, "why", 1.0, validations=failed, **told
    )


def results(*cases: CaseResult, **changes: Any) -> Results:
    return Results(replace(RUN, **changes), cases)


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (RULE, "message_ids_are_unique ResetResponse $.status"),
        (replace(RULE, path="messageId"), "message_ids_are_unique ResetResponse messageId"),
        (
            replace(RULE, message="BootNotificationRequest", requirement="Part 4, 4.1.4"),
            "message_ids_are_unique BootNotificationRequest $.status Part 4, 4.1.4",
        ),
        (replace(SCHEMA, requirement="Part 4, 4.1.7"), cause_id(SCHEMA)),
        (SCHEMA, "payloads_follow_schema ResetResponse $.timestamp"),
        (CITED, "ResetResponse $.status B11.FR.01"),
        (replace(CITED, of_page=True), "ResetResponse $.status"),
        (UNSENT, "ResetResponse sent"),
        (NO_ANSWER, "calls_are_answered ResetRequest"),
        (
            replace(RULE, step=UNANSWERED, message="ResetRequest", path="", requirement="4.1.1"),
            "calls_are_answered ResetRequest",
        ),
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
    assert {OF_FIELDS, UNANSWERED} <= names


def test_a_cause_has_its_cases_and_those_that_fail_for_nothing_else() -> None:
    found = causes([case(1, RULE), case(2, CITED, RULE), case(3, CITED, verdict=Verdict.PASS)])
    assert [(each.id, each.cases, each.alone) for each in found] == [
        (cause_id(RULE), ("TC_B_01_CS", "TC_B_02_CS"), ("TC_B_01_CS",)),
        ("ResetResponse $.status B11.FR.01", ("TC_B_02_CS",), ()),
    ]
    assert [each.what for each in found] == ["In words", ""]


def test_what_stops_cases_without_a_validation_is_a_cause() -> None:
    stopped = {"verdict": Verdict.INCONCLUSIVE, "stopped": "stopped by operator plug_in"}
    found = causes([case(1, **stopped), case(2, **stopped), case(3, RULE, **stopped)])
    assert [(each.id, each.cases, each.alone) for each in found] == [
        (
            stopped["stopped"],
            ("TC_B_01_CS", "TC_B_02_CS", "TC_B_03_CS"),
            ("TC_B_01_CS", "TC_B_02_CS"),
        ),
        (cause_id(RULE), ("TC_B_03_CS",), ()),
    ]
    assert found[0].told == "why"


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
        (case(1, verdict=Verdict.INCONCLUSIVE, stopped="stopped by connection"), True),
        (case(1, RULE, page="not reached", stopped="stopped by connection"), True),
        (case(1, verdict=Verdict.ERROR, stopped="stopped by connection"), False),
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


def test_what_is_known_of_one_message_excuses_no_other() -> None:
    other = replace(RULE, message="BootNotificationRequest")
    outcome = gate(results(case(1, RULE), case(2, other)), [listed("TC_B_01_CS", of=RULE)], TODAY)
    assert outcome.red == ("TC_B_02_CS FAIL: why",)


def test_a_rule_alone_is_said_to_be_wider_than_a_cause() -> None:
    wide = replace(listed("TC_B_01_CS"), cause=RULE.step)
    case_line, listing = gate(results(case(1, RULE)), [wide], TODAY).red
    assert case_line == "TC_B_01_CS FAIL: why"
    assert "line 7" in listing
    assert f"'{cause_id(RULE)}'" in listing


def test_a_known_stop_excuses_the_cases_that_show_nothing_else() -> None:
    stopped = {"verdict": Verdict.INCONCLUSIVE, "stopped": "stopped by operator plug_in"}
    known = replace(listed("TC_B_01_CS"), cause=stopped["stopped"])
    assert gate(results(case(1, **stopped)), [known], TODAY).green
    assert not gate(results(case(1, RULE, **stopped)), [known], TODAY).green


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

_INTERVAL = "boot_interval_is_usable BootNotificationResponse $.interval B01.FR.04"
_STATUS = "calls_are_answered StatusNotificationRequest"
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
        ("boot-interval-negative", [_INTERVAL]),
        ("connector-status-not-answered", [_STATUS]),
        ("boot-interval-negative,connector-status-not-answered", [_INTERVAL, _STATUS]),
    ],
)
async def test_a_fault_that_turns_every_case_red_is_one_cause(names: str, ids: list[str]) -> None:
    assert await _shown_by_faults(names) == [(each, len(SHOWN_IN)) for each in ids]
