"""Two runs compared: what is worse, better or new, and what a gate says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harness.cli.main import main
from harness.evidence.results import CaseResult, NotRun, Results, write_case, write_results
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.comparison import ABSENT, NOT_RUN, Kind, compare_runs, document
from harness.report.document import as_html, as_markdown
from harness.tests.report_sample import NASTY, OK, RUN, write_sample

PASSED = CaseResult(
    "TC_B_01_CS", "Cold Boot", "B_Provisioning", RUN.roles[0], Verdict.PASS, "", 1.0
)
LEFT_OUT = NotRun(PASSED.id, PASSED.title, PASSED.block, PASSED.sut, "nobody was there")
RULE = replace(OK, step="a_rule", message="all frames", path="", stage=Stage.RULE)


def broken(check: Validation, **changes: object) -> Validation:
    return replace(check, ok=False, **changes)  # type: ignore[arg-type]  # fields by keyword


def case(verdict: Verdict, *validations: Validation) -> CaseResult:
    return replace(PASSED, verdict=verdict, validations=validations)


def results(case: CaseResult | NotRun | None) -> Results:
    other = replace(PASSED, id="TC_B_02_CS")
    if isinstance(case, NotRun):
        return Results(RUN, (other,), not_run=(case,))
    return Results(RUN, (case, other) if case else (other,))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Verdict.PASS, Verdict.PASS, Kind.SAME),
        (Verdict.PASS, Verdict.FAIL, Kind.WORSE),
        (Verdict.PASS, Verdict.INCONCLUSIVE, Kind.WORSE),
        (Verdict.PASS, Verdict.ERROR, Kind.WORSE),
        (Verdict.PASS, Verdict.NOT_APPLICABLE, Kind.WORSE),
        (Verdict.NOT_APPLICABLE, Verdict.FAIL, Kind.WORSE),
        (Verdict.INCONCLUSIVE, Verdict.FAIL, Kind.WORSE),
        (Verdict.FAIL, Verdict.PASS, Kind.BETTER),
        (Verdict.NOT_APPLICABLE, Verdict.PASS, Kind.BETTER),
        (Verdict.FAIL, Verdict.INCONCLUSIVE, Kind.OTHERWISE),
        (Verdict.FAIL, Verdict.NOT_APPLICABLE, Kind.OTHERWISE),
        (Verdict.FAIL, Verdict.FAIL, Kind.SAME),
    ],
)
def test_a_case_by_its_verdicts(before: Verdict, after: Verdict, kind: Kind) -> None:
    compared = compare_runs(results(case(before)), results(case(after)))
    assert compared.changes[0].kind is kind
    assert compared.changes[1].kind is Kind.SAME
    assert compared.nothing_got_worse is (kind is not Kind.WORSE)


STEP, LATER = broken(OK), broken(OK, step="4")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([STEP], [STEP], Kind.SAME),
        ([OK, LATER], [STEP], Kind.WORSE),
        ([STEP], [OK, LATER], Kind.BETTER),
        ([STEP], [LATER], Kind.OTHERWISE),
        ([STEP, RULE], [STEP, broken(RULE, message="ResetRequest", path="$.type")], Kind.WORSE),
        ([STEP, broken(RULE)], [STEP, RULE], Kind.BETTER),
        ([STEP, RULE], [STEP, broken(RULE, severity=Severity.WARNING)], Kind.OTHERWISE),
        ([STEP, RULE], [STEP, broken(RULE, stage=Stage.OWN)], Kind.SAME),
        ([STEP, replace(OK, path="$.a[1].b")], [broken(OK, path="$.a[0].b")], Kind.WORSE),
    ],
)
def test_a_red_case_by_what_held(
    before: list[Validation], after: list[Validation], kind: Kind
) -> None:
    earlier, later = (results(case(Verdict.FAIL, *checks)) for checks in (before, after))
    assert compare_runs(earlier, later).changes[0].kind is kind


def test_a_new_warning_of_a_case_that_passes_is_told() -> None:
    warned = case(Verdict.PASS, broken(RULE, severity=Severity.WARNING))
    compared = compare_runs(results(case(Verdict.PASS, RULE)), results(warned))
    assert compared.of(Kind.OTHERWISE)
    assert compared.nothing_got_worse


def test_what_is_judged_in_one_run_alone() -> None:
    one, other = results(case(Verdict.FAIL)), results(None)
    gone = compare_runs(one, other)
    first = gone.changes[0]
    assert (first.kind, first.before, first.after) == (Kind.GONE, "FAIL", ABSENT)
    assert not gone.nothing_got_worse, "a run that judges less is no better"
    assert compare_runs(one, other, common=True).nothing_got_worse
    left_out = compare_runs(one, results(LEFT_OUT)).changes[0]
    assert (left_out.kind, left_out.after, left_out.why) == (
        Kind.GONE,
        NOT_RUN,
        ("nobody was there",),
    )
    new = compare_runs(other, one)
    assert new.changes[0].kind is Kind.NEW
    assert new.nothing_got_worse
    assert compare_runs(results(LEFT_OUT), one).changes[0].kind is Kind.NEW
    assert compare_runs(results(LEFT_OUT), results(LEFT_OUT)).changes[0].kind is Kind.SAME


def test_a_later_run_that_is_no_evidence_closes_the_gate() -> None:
    whole = results(PASSED)
    unfinished = replace(whole, run=replace(RUN, finished=None))
    assert not compare_runs(whole, unfinished).nothing_got_worse
    assert not compare_runs(whole, replace(whole, problems=("torn",))).nothing_got_worse
    earlier = compare_runs(unfinished, whole)
    assert earlier.nothing_got_worse
    assert "of the earlier run: the run did not come to its end" in earlier.differences


def test_what_else_is_not_the_same_is_told() -> None:
    other = replace(RUN, harness_version="0.2.0", sut_version="1.5")
    told = compare_runs(results(PASSED), replace(results(PASSED), run=other)).differences
    assert told == ("Version: 1.4.2, then 1.5", "Harness version: 0.1.0, then 0.2.0")


def test_both_forms_show_foreign_text_as_text() -> None:
    nasty = replace(PASSED, title=NASTY, reason=NASTY, verdict=Verdict.FAIL)
    report = document(compare_runs(results(PASSED), results(nasty)), ("a/results.html", ""))
    page, text = as_html(report), as_markdown(report)
    assert "<script" not in page
    assert 'href="a/results.html#TC_B_01_CS"' in page
    rendered = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert rendered.count("<table>") == text.count("\n|---")
    assert "Worse (1)" in rendered


def folder(path: Path, *cases: CaseResult) -> Path:
    for each in cases:
        write_case(path, each)
    write_results(path, Results(RUN, cases))
    return path


def test_the_command_says_it_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = folder(tmp_path / "good", PASSED)
    bad = folder(tmp_path / "bad", replace(PASSED, verdict=Verdict.FAIL, reason="it does not"))
    assert main(["diff", str(bad), str(good)]) == 0
    assert "better: TC_B_01_CS FAIL → PASS" in capsys.readouterr().out
    reports = ["--html", str(tmp_path / "new" / "d.html"), "--markdown", str(tmp_path / "d.md")]
    assert main(["diff", str(good), str(bad), *reports]) == 1
    assert "worse: TC_B_01_CS PASS → FAIL: it does not" in capsys.readouterr().out
    assert "it does not" in (tmp_path / "new" / "d.html").read_text("utf-8")
    assert "it does not" in (tmp_path / "d.md").read_text("utf-8")


@pytest.mark.parametrize("what", ["nothing", "cut", "later", "apart"])
def test_bad_folders_end_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    good, other = folder(tmp_path / "good", PASSED), tmp_path / "other"
    said = {
        "nothing": "no results are there",
        "cut": "is no JSON",
        "later": "schema 99",
        "apart": "no case in common",
    }
    if what == "apart":
        folder(other, replace(PASSED, id="TC_B_99_CS"))
    elif what != "nothing":
        write_sample(other)
        path = other / "results.json"
        text = path.read_text("utf-8")
        later = text.replace('"schema_version": ', '"schema_version": 99, "then": ', 1)
        path.write_text(text[:99] if what == "cut" else later, "utf-8")
        if what == "cut":
            (other / "cases").rename(tmp_path / "taken away")
    assert main(["diff", str(good), str(other)]) == 4
    error = capsys.readouterr().err
    assert said[what] in error
    assert error.count("\n") == 1
