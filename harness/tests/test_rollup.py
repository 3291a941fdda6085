"""Results by certification profile, and by use case and requirement of Part 2."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.evidence.results import ALL, CaseResult, Results, RunInfo
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.rollup import Profile, State, cited, profiles, use_cases
from harness.run.gate import ExitCode
from harness.run.selection import selection
from harness.spec import catalogue
from harness.spec.roles import Role
from harness.tests.plugin_runs import ROOT, run, station_yaml

HELD = Validation("1", "M", "$.a", 1, 1, True, requirement="B01.FR.01")
BROKEN = replace(HELD, ok=False)
RUN = RunInfo(datetime(2025, 3, 1, tzinfo=UTC), None, (Role.STATION,), "x", "0", "3")


def case(
    *validations: Validation, case_id: str = "TC_B_01_CS", verdict: Verdict = Verdict.PASS
) -> CaseResult:
    return CaseResult(
        case_id,
        *("t", "B", Role(case_id.rsplit("_", 1)[1]), verdict, "", 1.0),
        requirements=("B01.FR.01", "B01.FR.05"),
        validations=validations,
    )


def states(*cases: CaseResult) -> dict[str, tuple[State, tuple[str, ...]]]:
    found = use_cases(Results(RUN, cases), Role.STATION)
    return {each.id: (each.state, each.cases) for case in found for each in case.requirements}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("B01.FR.01, B01.FR.05", ["B01.FR.01", "B01.FR.05"]),
        ("A00.FR.422-424", ["A00.FR.422", "A00.FR.423", "A00.FR.424"]),
        ("N01.FR.10; GetLogRequest.retryInterval", ["N01.FR.10"]),
        ("Part 4, 4.1.1", []),
    ],
)
def test_what_a_citation_names(text: str, names: list[str]) -> None:
    assert list(cited(text)) == names


def test_held_is_only_what_a_validation_that_names_it_found_right() -> None:
    assert states(case(HELD)) == {
        "B01.FR.01": (State.HELD, ("TC_B_01_CS",)),
        "B01.FR.05": (State.NOT_EXERCISED, ()),
    }


@pytest.mark.parametrize(
    "shows_nothing",
    [replace(HELD, of_page=True), replace(HELD, stage=Stage.OWN), replace(HELD, requirement="")],
)
def test_what_names_no_requirement_holds_none(shows_nothing: Validation) -> None:
    assert {state for state, _ in states(case(shows_nothing)).values()} == {State.NOT_EXERCISED}


def test_what_one_case_breaks_another_does_not_hold() -> None:
    broken = case(BROKEN, case_id="TC_B_02_CS", verdict=Verdict.FAIL)
    assert states(case(HELD), broken)["B01.FR.01"] == (State.BROKEN, ("TC_B_02_CS",))


def test_a_page_that_broke_puts_its_requirements_in_question() -> None:
    failed = replace(BROKEN, of_page=True, requirement="B01.FR.01, B01.FR.05")
    found = states(case(HELD), case(failed, case_id="TC_B_02_CS", verdict=Verdict.FAIL))
    assert set(found.values()) == {(State.QUESTIONED, ("TC_B_02_CS",))}


def test_a_warning_neither_holds_nor_breaks() -> None:
    warned = replace(BROKEN, severity=Severity.WARNING)
    assert states(case(warned))["B01.FR.01"][0] is State.NOT_EXERCISED


# Certification profiles


def profile(name: str, *cases: CaseResult) -> Profile:
    return next(each for each in profiles(Results(RUN, cases)) if each.name == name)


def whole(name: str, verdict: Verdict) -> list[CaseResult]:
    ids = catalogue.of_profiles([name])
    return [case(case_id=i, verdict=verdict) for i in sorted(ids) if i.endswith("_CS")]


def test_a_profile_is_held_if_all_of_its_cases_passed() -> None:
    cases = whole("Advanced Security", Verdict.PASS)
    assert profile("Advanced Security", *cases).state == "held"
    assert profile("Advanced Security", *cases[1:]).state == "not shown"
    assert profile("Advanced Security", *cases[1:]).not_run == 1
    none = whole("Advanced Security", Verdict.NOT_APPLICABLE)
    assert profile("Advanced Security", *none).state == "not exercised"


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_a_profile_with_a_red_case_is_broken_by_it(verdict: Verdict) -> None:
    first, *others = whole("Advanced Security", Verdict.PASS)
    found = profile("Advanced Security", replace(first, verdict=verdict), *others)
    assert (found.state, found.red) == ("broken", (first.id,))


# Selection


def test_the_cases_of_a_profile_are_chosen_by_its_name() -> None:
    assert selection("", (), (), ("Advanced Security",)) == "--profile 'Advanced Security'" != ALL
    chosen = catalogue.of_profiles(["Advanced Security"])
    assert chosen
    for case_id, row in catalogue.load().items():
        names = {entry.profile for entry in row.certification}
        assert (case_id in chosen) is ("Advanced Security" in names)


def test_the_command_line_lists_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases", "--profile", "Advanced Security"]) == ExitCode.GREEN
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines()[:-1]}
    assert listed == catalogue.of_profiles(["Advanced Security"])


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "--profile", "Cor"]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert "no certification profile 'Cor'" in told
    assert all(name in told for name in catalogue.profiles())
    outcome = run(tmp_path, station_yaml(tmp_path, ""), "--profile", "Cor")
    assert outcome.code == ExitCode.USAGE
    assert "--profile: no certification profile 'Cor'" in outcome.output


def test_pytest_collects_the_cases_of_a_profile(tmp_path: Path) -> None:
    chosen = ("--profile", "Advanced Security", "--collect-only", str(ROOT / "cases_cs"))
    outcome = run(tmp_path, station_yaml(tmp_path, ""), *chosen)
    found = re.findall(r"::test_(tc_\w+)", outcome.output)
    wanted = catalogue.of_profiles(["Advanced Security"])
    assert {each.upper() for each in found} == {each for each in wanted if each.endswith("_CS")}
