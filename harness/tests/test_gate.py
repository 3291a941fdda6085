"""The gate: what closes it, what is only shown, and what is wrong with a known.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harness.evidence.results import CaseResult, Results, RunInfo
from harness.evidence.verdict import Verdict
from harness.run.gate import ExitCode, gate
from harness.run.known import Known, KnownError, load_known
from harness.spec.roles import Role

TODAY = date(2025, 3, 1)
RUN = RunInfo(
    started=datetime(2025, 3, 1, tzinfo=UTC),
    finished=datetime(2025, 3, 1, 1, tzinfo=UTC),
    roles=(Role.STATION,),
    sut="x",
    harness_version="0",
    spec_edition="3",
)
RED = [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR]
GREEN = [Verdict.PASS, Verdict.NOT_APPLICABLE]


def case(verdict: Verdict, case_id: str = "TC_B_01_CS") -> CaseResult:
    return CaseResult(case_id, "t", "B_Provisioning", Role.STATION, verdict, "the\nreason", 1.0)


def results(*cases: CaseResult, run: RunInfo = RUN) -> Results:
    return Results(run, (case(Verdict.PASS, "TC_A_01_CS"), *cases))


def known(case_id: str = "TC_B_01_CS", expires: date = TODAY) -> Known:
    return Known(case_id, "being mended", "https://example.org/1", expires, line=7)


@pytest.mark.parametrize("verdict", GREEN)
def test_green_verdicts_pass(verdict: Verdict) -> None:
    outcome = gate(results(case(verdict)), [], TODAY)
    assert outcome.green
    assert outcome.exit_code == ExitCode.GREEN == 0
    assert outcome.lines == ("gate: green",)


@pytest.mark.parametrize("verdict", RED)
def test_a_red_verdict_closes_the_gate(verdict: Verdict) -> None:
    outcome = gate(results(case(verdict)), [], TODAY)
    assert outcome.exit_code == ExitCode.RED == 1
    assert outcome.red == (f"TC_B_01_CS {verdict}: the reason",)
    assert outcome.lines[0] == "gate: RED"


@pytest.mark.parametrize("verdict", RED)
def test_a_known_one_is_only_shown(verdict: Verdict) -> None:
    outcome = gate(results(case(verdict)), [known()], TODAY)
    assert outcome.exit_code == ExitCode.GREEN
    (note,) = outcome.notes
    for part in (f"TC_B_01_CS {verdict}", "being mended", "https://example.org/1", "2025-03-01"):
        assert part in note
    assert any(note in line for line in outcome.lines)


def test_a_listing_excuses_its_own_case_alone() -> None:
    cases = results(case(Verdict.FAIL), case(Verdict.FAIL, "TC_B_02_CS"))
    outcome = gate(cases, [known()], TODAY)
    assert outcome.red == ("TC_B_02_CS FAIL: the reason",)


def test_an_expired_listing_closes_the_gate_from_the_next_day() -> None:
    outcome = gate(results(case(Verdict.FAIL)), [known()], date(2025, 3, 2))
    (text,) = outcome.red
    assert "TC_B_01_CS" in text
    assert "expired on 2025-03-01" in text
    assert "line 7" in text


@pytest.mark.parametrize("verdict", GREEN)
@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1)])
def test_a_listing_that_is_not_needed_has_to_go(verdict: Verdict, today: date) -> None:
    outcome = gate(results(case(verdict)), [known()], today)
    (text,) = outcome.red
    assert f"is {verdict}: remove it" in text


def test_a_listed_case_that_a_complete_run_did_not_run_has_to_go() -> None:
    (text,) = gate(results(), [known()], TODAY).red
    assert "TC_B_01_CS is listed as known (line 7) but was not run: remove it" in text


def test_a_listing_outside_a_partial_selection_is_not_judged() -> None:
    partial = replace(RUN, selection="-k TC_A")
    assert gate(results(run=partial), [known()], TODAY).green


def test_a_listing_of_the_other_role_is_not_judged() -> None:
    assert gate(results(), [known("TC_B_01_CSMS")], TODAY).green


def test_a_run_that_did_not_end_is_red() -> None:
    outcome = gate(results(run=replace(RUN, finished=None)), [], TODAY)
    assert outcome.red == ("the run did not come to its end",)


def test_a_result_that_was_left_out_is_red() -> None:
    outcome = gate(replace(results(), problems=("cases/x.json: torn",)), [], TODAY)
    assert outcome.red == ("result not usable: cases/x.json: torn",)


def test_a_run_without_cases_is_red() -> None:
    outcome = gate(Results(RUN, ()), [], TODAY)
    assert outcome.red == ("no case was run",)
    assert outcome.exit_code == ExitCode.NOTHING_RUN == 5


def test_a_complete_run_in_which_nothing_applied_is_red() -> None:
    nothing = Results(RUN, (case(Verdict.NOT_APPLICABLE),))
    assert gate(nothing, [], TODAY).exit_code == ExitCode.RED
    partial = replace(nothing, run=replace(RUN, selection="--case TC_B_01_CS"))
    assert gate(partial, [], TODAY).green


GOOD = """\
# cases we know of
- id: TC_B_01_CS
  reason: >
    being
    mended
  link: https://example.org/1
  expires: 2025-03-01
- {id: TC_B_02_CSMS, reason: r, link: l, expires: "2025-12-31"}
"""


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(GOOD)
    assert load_known(path) == (
        Known("TC_B_01_CS", "being mended", "https://example.org/1", date(2025, 3, 1), 2),
        Known("TC_B_02_CSMS", "r", "l", date(2025, 12, 31), 8),
    )


def test_nothing_is_taken_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(GOOD.replace("mended", "${HOME} ${NOT_SET}"))
    assert load_known(path)[0].reason == "being ${HOME} ${NOT_SET}"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n"])
def test_an_empty_file_lists_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(text)
    assert load_known(path) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("2025-03-01", "soon", 7, "'soon' is not a 'date'"),
        ("2025-03-01", "2025-02-30", 7, "is not a 'date'"),
        ("2025-03-01", "2025-03-01 12:00:00", 7, "is not a 'date'"),
        ("  expires: 2025-03-01\n", "", 2, "'expires' is a required property"),
        ("link: https", "lnik: https", 2, "'lnik' was unexpected"),
        ("TC_B_01_CS\n", "TC_B_1\n", 2, "does not match"),
        ("link: https://example.org/1", "link: 12", 6, "12 is not of type 'string'"),
        ("link: https://example.org/1", "link: ''", 6, "does not match"),
        ("TC_B_02_CSMS", "TC_B_01_CS", 8, "listed already, on line 2"),
        ("  expires", "  id: TC_B_03_CS\n  expires", 7, "'id' is there twice"),
        ("- {id", "- {id: [", 8, "expected"),
        ("reason: r", "reason: *r", 8, "undefined alias"),
        ("- {id: TC_B_02_CSMS, reason: r", "- [{id: TC_B_02_CSMS, reason: r", 9, "expected"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    assert old in GOOD
    path = tmp_path / "known.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(KnownError) as error:
        load_known(path)
    assert any(
        text.startswith(f"{path}:{line}: ") and what in text
        for text in str(error.value).splitlines()
    ), str(error.value)


@pytest.mark.parametrize(
    "content",
    [b"id: TC_B_01_CS\n", b"just text", b"\xff\xfe", b"[" * 1_500, b"- &a [*a]", b"\x00"],
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "known.yaml"
    path.write_bytes(content)
    with pytest.raises(KnownError) as error:
        load_known(path)
    assert str(error.value).startswith(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"absent\.yaml: .*No such file"):
        load_known(tmp_path / "absent.yaml")
