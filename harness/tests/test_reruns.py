"""Cases that are run again: nothing of before is lost, and a verdict that changes is red."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.evidence.collected import attempts_at, collect, merged, set_aside
from harness.evidence.results import CASES, CaseResult, read_results, write_case
from harness.evidence.verdict import Verdict
from harness.run.selection import selection
from harness.tests.small_runs import answers, results, run, verdicts, write_cases
from harness.tests.test_results import RUN, case

FIRST, SECOND, THIRD = "TC_B_01_CS", "TC_B_06_CS", "TC_B_20_CS"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three cases."""
    write_cases(tmp_path, FIRST, SECOND, THIRD)
    return tmp_path


def of(verdict: Verdict, reason: str = "") -> CaseResult:
    return case(verdict=verdict, reason=reason)


# -- the merge of attempts


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ("PASS FAIL PASS", Verdict.FAIL),
        ("INCONCLUSIVE PASS", Verdict.INCONCLUSIVE),
        ("INCONCLUSIVE ERROR", Verdict.ERROR),
        ("ERROR FAIL", Verdict.FAIL),
        ("PASS NOT_APPLICABLE", Verdict.NOT_APPLICABLE),
    ],
)
def test_a_verdict_that_changes_is_the_worst_and_not_green(verdicts: str, worst: Verdict) -> None:
    attempts = [of(Verdict[name], f"reason {n}") for n, name in enumerate(verdicts.split())]
    whole = merged(attempts)
    assert whole.verdict is worst
    assert whole.unstable
    assert not whole.green
    assert [each.verdict for each in whole.attempts] == [each.verdict for each in attempts]
    times = len(attempts)
    assert whole.reason.startswith("unstable: ")
    assert f"{worst} 1 of {times} times" in whole.reason


def test_a_verdict_that_stays_is_itself() -> None:
    whole = merged([of(Verdict.PASS), of(Verdict.PASS)])
    assert (whole.verdict, whole.reason, whole.unstable, whole.green) == (
        Verdict.PASS,
        "",
        False,
        True,
    )
    assert len(whole.attempts) == 2
    assert not merged([of(Verdict.FAIL), of(Verdict.FAIL)]).green
    assert merged([of(Verdict.PASS)]).attempts == ()


def test_an_attempt_is_kept_with_its_transcript(tmp_path: Path) -> None:
    log = tmp_path / "transcripts" / "x.jsonl"
    log.parent.mkdir()
    for number, verdict in enumerate((Verdict.FAIL, Verdict.PASS, Verdict.PASS)):
        set_aside(tmp_path, FIRST)
        log.write_text(f"{number}\n", "utf-8")
        write_case(tmp_path, of(verdict, f"reason {number}"))
    assert attempts_at(tmp_path, FIRST) == 3
    [whole] = collect(tmp_path, RUN).cases
    kept = [(tmp_path / each.transcript).read_text("utf-8") for each in whole.attempts]
    assert kept == ["0\n", "1\n", "2\n"]
    assert (tmp_path / whole.transcript).read_text("utf-8") == "0\n", "that of the worst"
    assert [each.reason for each in whole.attempts] == ["reason 0", "reason 1", "reason 2"]


def test_one_that_cannot_be_read_is_kept_and_is_a_problem(tmp_path: Path) -> None:
    write_case(tmp_path, of(Verdict.FAIL))
    (tmp_path / CASES / f"{FIRST}.json").write_text("{", "utf-8")
    set_aside(tmp_path, FIRST)
    write_case(tmp_path, of(Verdict.PASS))
    found = collect(tmp_path, RUN)
    assert [each.verdict for each in found.cases] == [Verdict.PASS]
    assert len(found.problems) == 1


def test_attempts_that_were_cut_off_still_count(tmp_path: Path) -> None:
    write_case(tmp_path, of(Verdict.FAIL))
    set_aside(tmp_path, FIRST)
    [left] = collect(tmp_path, RUN).cases
    assert left.verdict is Verdict.FAIL


# -- runs


@pytest.mark.parametrize(
    ("paths", "others", "said"),
    [
        (("cases_cs", "cases_csms/"), (), "all"),
        (("/x/cases_cs",), (), "all"),
        (("cases_cs/b_provisioning",), (), "cases_cs/b_provisioning"),
        (("cases_cs.b_provisioning",), (), "cases_cs.b_provisioning"),
        (("cases_cs",), ("--deselect x",), "--deselect x"),
        (("test_mine.py",), (), "test_mine.py"),
    ],
)
def test_a_part_is_not_told_to_be_all(
    paths: tuple[str, ...], others: tuple[str, ...], said: str
) -> None:
    assert selection("", (), paths, (), others) == said


def test_what_is_red_is_run_again_and_stays_red_if_it_changes(folder: Path) -> None:
    answers(folder, FIRST, "wrong", "right")
    answers(folder, SECOND, "wrong")
    assert run(folder).returncode == 1
    again = run(folder, "--rerun", "red")
    assert verdicts(folder) == {FIRST: "FAIL", SECOND: "FAIL", THIRD: "PASS"}
    attempts = {each["id"]: each.get("attempts", []) for each in results(folder)["cases"]}
    assert [each["verdict"] for each in attempts[FIRST]] == ["FAIL", "PASS"]
    assert [each["verdict"] for each in attempts[SECOND]] == ["FAIL", "FAIL"]
    assert attempts[THIRD] == []
    assert again.returncode == 1
    assert "unstable: FAIL 1 of 2 times, PASS 1 of 2 times" in again.stdout
    assert read_results(folder / "results").run.finished is not None

    answers(folder, SECOND, "right")
    third = run(folder, "--rerun", "red")
    assert third.returncode == 1, "pytest saw nothing fail, and two verdicts have changed"
    assert "2 passed" in third.stdout
    page = (folder / "results" / "results.html").read_text("utf-8")
    assert "unstable: FAIL 2 of 3 times" in page
    gate = folder / "known.yaml"
    gate.write_text("[]", "utf-8")
    judged = run(folder, "--rerun", "red", "--gate", str(gate))
    assert judged.returncode == 1
    assert f"red: {FIRST} FAIL: unstable" in judged.stdout


def test_a_run_again_wants_the_same_system_and_a_run_before(folder: Path) -> None:
    nothing = run(folder, "--rerun", "red")
    assert nothing.returncode == 4
    assert "--rerun: there is no run in" in nothing.stderr
    run(folder)
    other = run(folder, "--rerun", "red", "--variant", "tx-authorized")
    assert other.returncode == 4
    assert "was another one (variant)" in other.stderr
    assert verdicts(folder)[FIRST] == "PASS"


def test_last_failed_does_no_harm(folder: Path) -> None:
    answers(folder, SECOND, "wrong")
    run(folder, cache=True)
    again = run(folder, "--lf", cache=True)
    assert again.returncode == 1
    assert "1 failed" in again.stdout
    assert verdicts(folder) == {FIRST: "PASS", SECOND: "FAIL", THIRD: "PASS"}
    whole = results(folder)
    assert [len(each.get("attempts", [])) for each in whole["cases"]] == [0, 2, 0]
    assert whole["run"]["finished"]
    other = run(folder, "--lf", "--fault", "boot-reason-power-up", cache=True)
    assert other.returncode == 4
    assert "--lf: the run in" in other.stderr


@pytest.mark.parametrize("extra", [("--collect-only",), ("-k", "nothing")])
def test_a_run_of_nothing_takes_nothing_away(folder: Path, extra: tuple[str, ...]) -> None:
    run(folder)
    run(folder, *extra)
    assert results(folder)["run"]["selection"] == "test_small.py"
    assert len(list((folder / "results" / CASES).glob("*.json"))) == 3
    assert results(folder)["run"]["finished"]


def test_one_that_ends_early_has_not_come_to_its_end(folder: Path) -> None:
    answers(folder, FIRST, "wrong")
    run(folder, "-x")
    assert results(folder)["run"]["finished"] is None
    answers(folder, FIRST, "right")
    ended = run(folder, "--resume")
    assert results(folder)["run"]["finished"]
    assert verdicts(folder) == {FIRST: "FAIL", SECOND: "PASS", THIRD: "PASS"}
    assert ended.returncode == 1, "what failed before has not passed"


def test_each_case_is_repeated_and_told_how_stable_it_is(folder: Path) -> None:
    answers(folder, SECOND, "right", "wrong", "right")
    done = run(folder, "--repeat", "3")
    assert done.returncode == 1
    attempts = {e["id"]: [a["verdict"] for a in e["attempts"]] for e in results(folder)["cases"]}
    assert attempts == {FIRST: ["PASS"] * 3, SECOND: ["PASS", "FAIL", "PASS"], THIRD: ["PASS"] * 3}
    assert "3 cases ran more than once: the verdict of 2 was the same each time" in done.stdout
    text = (folder / "results" / "results.md").read_text("utf-8")
    assert f"| {SECOND} | PASS 2 of 3 times, FAIL 1 of 3 times | no |" in text
    again = run(folder, "--repeat", "4", "--resume", "--case", FIRST)
    assert "1 passed" in again.stdout, "three times of four are done"
    assert run(folder, "--repeat", "0").returncode == 4
    assert run(folder, "--repeat", "2", "-n", "2").returncode == 4


def test_resuming_what_is_finished_judges_it(folder: Path) -> None:
    answers(folder, FIRST, "wrong")
    run(folder)
    finished = results(folder)["run"]["finished"]
    known = folder / "known.yaml"
    known.write_text("[]", "utf-8")
    red = run(folder, "--resume", "--gate", str(known))
    assert red.returncode == 1
    assert f"red: {FIRST} FAIL" in red.stdout
    entry = {"id": FIRST, "reason": "x", "link": "https://example.org/1", "expires": "2999-01-01"}
    known.write_text(json.dumps([entry]), "utf-8")
    assert run(folder, "--resume", "--gate", str(known)).returncode == 0
    assert run(folder, "--resume").returncode == 1
    assert results(folder)["run"]["finished"] == finished
