"""Systems against cases and certification profiles: what each column says, and where runs clash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.evidence.results import CaseResult, NotRun, Results, RunInfo, write_results
from harness.evidence.verdict import Verdict
from harness.report.document import Cell, Document
from harness.report.matrix import Column, Contradiction, Source, matrix
from harness.spec import catalogue
from harness.spec.roles import Role
from harness.tests.report_sample import RUN

STATION: RunInfo = replace(RUN, roles=(Role.STATION,), selection="all")


def case(case_id: str, verdict: Verdict = Verdict.PASS) -> CaseResult:
    row = catalogue.row(case_id)
    return CaseResult(row.id, row.title, row.block, row.role, verdict, "", 1.0)


def left_out(case_id: str) -> NotRun:
    row = catalogue.row(case_id)
    return NotRun(row.id, row.title, row.block, row.role, "nobody was there")


def column(label: str, *cases: CaseResult, run: RunInfo = STATION) -> Column:
    return Column(label, (Source(Results(run, cases), f"{label}/results.html"),))


def table(document: Document, title: str) -> dict[str, tuple[Cell, ...]]:
    """The rows of a section by their first cell."""
    section = next(each for each in document.sections if each.title == title)
    return {row[0].text: row for row in section.rows}


def texts(cells: tuple[Cell, ...]) -> list[str]:
    return [cell.text for cell in cells]


def test_a_row_for_each_case_and_a_cell_for_each_system() -> None:
    document = matrix(
        [
            column("one", case("TC_B_01_CS"), case("TC_B_06_CS", Verdict.FAIL)),
            column("two", case("TC_B_01_CS", Verdict.NOT_APPLICABLE)),
        ]
    )
    rows = table(document, "B_Provisioning_CS")
    assert list(rows) == ["TC_B_01_CS", "TC_B_06_CS"]
    assert texts(rows["TC_B_01_CS"])[2:] == ["PASS", "NOT APPLICABLE"]
    assert texts(rows["TC_B_06_CS"])[2:] == ["FAIL", ""]
    assert rows["TC_B_06_CS"][2].link == "one/results.html#TC_B_06_CS"
    counts = table(document, "Systems")["one"]
    assert texts(counts)[-len(Verdict) :] == ["1", "1", "0", "0", "0"]


def test_roles_have_tables_of_their_own() -> None:
    csms = replace(RUN, roles=(Role.CSMS,))
    document = matrix(
        [column("a", case("TC_B_01_CS")), column("b", case("TC_B_01_CSMS"), run=csms)]
    )
    heads = {each.title: each.head for each in document.sections}
    assert heads["B_Provisioning_CS"][2:] == ("a",)
    assert heads["B_Provisioning_CSMS"][2:] == ("b",)


def of_profile(role: Role) -> tuple[str, list[str]]:
    """The certification profile with the fewest cases of a role, and they."""
    found: dict[str, list[str]] = {}
    for row in catalogue.load().values():
        for entry in row.certification if row.role is role else ():
            found.setdefault(entry.profile, []).append(row.id)
    return min(found.items(), key=lambda each: len(each[1]))


def test_a_profile_holds_where_all_that_applies_has_passed_and_nothing_is_missing() -> None:
    name, ids = of_profile(Role.STATION)
    assert len(ids) > 2
    first, second, *rest = ids
    others = [case(each) for each in rest]
    columns = [
        column("whole", case(first), case(second, Verdict.NOT_APPLICABLE), *others),
        column("red", case(first), case(second, Verdict.INCONCLUSIVE), *others),
        column("partial", case(first), *others),
        column("nothing", *(case(each, Verdict.NOT_APPLICABLE) for each in ids)),
    ]
    row = table(matrix(columns), "Certification profiles: CS")[name]
    applicable = len(ids) - 1
    assert [(cell.text, cell.tone) for cell in row[1:]] == [
        (str(len(ids)), ""),
        (f"{applicable} of {applicable} passed; 1 not applicable", "pass"),
        (f"{applicable} of {len(ids)} passed", "fail"),
        (f"{applicable} of {applicable} passed; 1 not run", "not-applicable"),
        (f"0 of 0 passed; {len(ids)} not applicable", "not-applicable"),
    ]


def test_runs_of_one_label_are_one_column() -> None:
    first = Source(Results(STATION, (case("TC_B_01_CS"),), not_run=(left_out("TC_B_06_CS"),)))
    second = Source(Results(replace(STATION, finished=None), (case("TC_B_06_CS"),)))
    document = matrix([Column("both", (first, second))])
    assert texts(table(document, "B_Provisioning_CS")["TC_B_06_CS"])[2:] == ["PASS"]
    assert document.flaws == (
        "both: 1 case(s) NOT RUN",
        "both: the run did not come to its end",
    )


def test_runs_of_one_label_must_not_contradict_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [Results(STATION, (case("TC_B_01_CS", each),)) for each in (Verdict.PASS, Verdict.FAIL)]
    with pytest.raises(Contradiction, match="x: one run says that TC_B_01_CS is PASS"):
        matrix([Column("x", tuple(map(Source, runs)))])
    for name, results in zip(("a", "b"), runs, strict=True):
        write_results(tmp_path / name, results)
    assert main(["matrix", f"x={tmp_path / 'a'}", f"x={tmp_path / 'b'}"]) == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_writes_both_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        write_results(tmp_path / name, Results(STATION, (case("TC_B_01_CS"),)))
    folders = [str(tmp_path / "a"), str(tmp_path / "b")]
    assert main(["matrix", *folders]) == 0
    printed = capsys.readouterr().out
    assert f"{STATION.sut_version} (a)" in printed, "columns of one system are told apart"
    page, text = tmp_path / "m.html", tmp_path / "m.md"
    assert main(["matrix", *folders, "--html", str(page), "--markdown", str(text)]) == 0
    assert text.read_text("utf-8") == printed
    assert "TC_B_01_CS" in page.read_text("utf-8")
    assert main(["matrix", str(tmp_path / "nowhere")]) == 4
