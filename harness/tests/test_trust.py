"""The proofs joined by case: what is counted, what is told, and what is a gap."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harness.cli import trust as command
from harness.cli.main import main
from harness.evidence.proof import FILE, CaseProof, Proof, at_hand, read, write
from harness.proof.embedded_run import case_functions
from harness.proof.mutation.campaign import Campaign, Unrecorded
from harness.proof.parallel import Done
from harness.proof.trust import collect, faults, matrix
from harness.proof.trust.faults import Trial, attempt
from harness.proof.trust.locks import GREEN
from harness.proof.trust.report import markdown
from harness.reference.faults import Fault
from harness.report.html import html
from harness.spec.roles import Role
from harness.testbed.kits import KITS
from harness.tests.report_sample import write_sample

pytestmark = pytest.mark.simulated_time

GOOD = CaseProof("TC_B_20_CS", Role.STATION, 9, 8, 7, 12, 10, 2, 0, 3, 4)
PROOF = Proof("0.1", 1, (GOOD, replace(GOOD, case_id="TC_B_20_CSMS", role=Role.CSMS)))


def test_a_kept_proof_is_read_as_it_was_written(tmp_path: Path) -> None:
    proof = replace(PROOF, cases=(replace(GOOD, wrong=("a",)),), wrong=("b",))
    write(proof, tmp_path / "trust.json")
    assert read((tmp_path / "trust.json").read_text("utf-8")) == proof


@pytest.mark.parametrize(
    "change",
    [
        *({"wrong": ("fault x: not FAIL",)}, {"killed": 9}, {"killed": 9, "misplaced": 1}),
        *({"faults": 0}, {"variants": 0}, {"validations": 0}),
        {"mutants": 2, "killed": 0, "equivalent": 2},
    ],
    ids=str,
)
def test_one_gap_and_a_case_is_not_proven(change: dict[str, object]) -> None:
    case = replace(GOOD, **change)
    assert GOOD.proven
    assert PROOF.proven
    assert not case.proven
    assert not replace(PROOF, cases=(GOOD, case)).proven
    assert "**no**" in markdown(replace(PROOF, cases=(GOOD, case)))


def test_a_case_that_judges_no_message_has_no_mutant_to_kill() -> None:
    assert replace(GOOD, mutants=0, killed=0, equivalent=0).proven


def test_a_stale_equivalent_is_a_gap_of_no_case() -> None:
    proof = replace(PROOF, wrong=("stale equivalent: x",))
    assert not proof.proven
    assert "- stale equivalent: x" in markdown(proof)


def test_the_report_is_markdown_with_a_row_for_each_case() -> None:
    text = markdown(PROOF)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows = [t for t in tokens if t.type == "tr_open"]
    assert len(rows) == (1 + 3) + (1 + 1) + (1 + 1)
    assert "| Both | 2 | 18 | 16 | 14 | 24 | 20 | 4 | 0 | 0 | 6 | 8 | yes |" in text
    assert "Not proven" not in text


def test_nothing_shown_is_nothing_proven() -> None:
    assert not Proof("0.1", 1, ()).proven


def test_a_proof_is_at_hand_beside_the_results_or_one_folder_above(tmp_path: Path) -> None:
    results = tmp_path / "latest"
    results.mkdir()
    assert at_hand(results) is None
    write(PROOF, tmp_path / FILE)
    assert at_hand(results) == PROOF
    own = replace(PROOF, seed=2)
    write(own, results / FILE)
    assert at_hand(results) == own


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"seed": 1, "cases": [{}], "wrong": []}'])
def test_what_is_no_proof_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert at_hand(tmp_path) is None


def test_the_html_report_tells_of_the_proofs_of_its_own_cases(tmp_path: Path) -> None:
    folder = tmp_path / "latest"
    folder.mkdir()
    results = write_sample(folder)
    one, other = results.cases[0].id, "TC_Z_99_CS"
    assert 'id="trust"' not in html(results, folder)
    cases = tuple(replace(GOOD, case_id=name, killed=9) for name in (one, other))
    write(replace(PROOF, version="7.8.9", cases=cases), tmp_path / FILE)
    page = html(results, folder)
    assert page.count('href="#trust"') == 1
    section = page.partition('id="trust"')[2]
    assert "0 of 1 cases are proven" in section
    assert "version 7.8.9" in section
    assert section.count(f'href="#{one}"') == 1
    assert [int(cell) for cell in re.findall(r'"num">(\d+)<', section)] == [
        *(9, 8, 7, 12, 9, 2, 1, 0, 3, 4)
    ]
    assert other not in page


def _done(monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    monkeypatch.setattr(command, "collect", lambda _wanted, **_options: proof)


def test_the_exit_code_says_whether_all_is_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["trust", "--case", "TC_B_20_CS", "--out", str(tmp_path)]
    _done(monkeypatch, PROOF)
    assert main(arguments) == 0
    assert (tmp_path / "trust.md").read_text("utf-8") == markdown(PROOF)
    assert at_hand(tmp_path) == PROOF
    _done(monkeypatch, replace(PROOF, wrong=("stale equivalent: x",)))
    assert main(arguments) == 1
    assert main(["trust", "--case", "TC_Z_*", "--out", str(tmp_path)]) == 2
    assert main(["trust", "--changed", "no such revision", "--out", str(tmp_path)]) == 2


def test_the_report_of_some_cases_does_not_take_the_place_of_that_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _done(monkeypatch, PROOF)
    main(["trust", "--case", "TC_B_20_CS"])
    assert not Path("reports/trust.md").exists()
    main(["trust"])
    assert Path("reports/trust.md").exists()


def test_what_came_to_no_end_is_a_gap_of_its_case_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = "TC_B_20_CS"
    trial, row = (
        Trial(Role.STATION, "x", case_id, "2"),
        matrix.Row(Role.STATION, "slow", (case_id,)),
    )
    broken = Done[object, object](trial, None, "RuntimeError: broken")
    monkeypatch.setattr(
        collect,
        "spread",
        lambda _work, items, *_more: [replace(broken, item=item) for item in items],
    )
    monkeypatch.setattr(collect.faults, "all_trials", lambda _wanted: [trial])
    monkeypatch.setattr(collect.matrix, "rows", lambda _role, _name, _ids: [row])
    monkeypatch.setattr(
        collect,
        "campaign",
        lambda *_a, **_o: Campaign(1, (), unrecorded=(Unrecorded(case_id, "y"),)),
    )
    [case] = collect.collect([(Role.STATION, case_id)], seed=1, jobs=1, tell=lambda _: None).cases
    assert not case.proven
    assert case.wrong[0] == "does not pass, so nothing can be broken: y"
    assert case.wrong.count("RuntimeError: broken") == 1
    assert "fault x: RuntimeError: broken" in case.wrong
    assert "slow TC_B_20_CS: RuntimeError: broken" in case.wrong


@pytest.mark.asyncio
async def test_a_fault_that_is_not_found_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Fault(
        "harmless",
        "does nothing",
        lambda _s, _triggered: None,
        requirement="B11.FR.01",
        shows=("TC_B_20_CS", "2"),
    )
    toothless = Fault(
        "toothless",
        "is triggered and changes nothing",
        lambda _s, mark_triggered: mark_triggered(),
        requirement="B11.FR.01",
        shows=("TC_B_20_CS", "2"),
    )
    made = {"harmless": harmless, "toothless": toothless}
    kit = replace(KITS[Role.STATION], faults=made)
    monkeypatch.setattr(faults, "KITS", {Role.STATION: kit})
    for name in ("harmless", "toothless"):
        tried = await attempt(Trial(Role.STATION, name, "TC_B_20_CS", "2"))
        assert tried.wrong.startswith("not FAIL: TC_B_20_CS PASS")
        green = await attempt(Trial(Role.STATION, name, "TC_B_20_CS", GREEN))
        assert green.wrong == ""


@pytest.mark.asyncio
async def test_a_variant_that_is_judged_though_it_does_not_apply_is_a_gap() -> None:
    seen = await matrix.outcomes(matrix.Row(Role.STATION, "no-evse-reset", ("TC_B_25_CS",)))
    [cell] = matrix.judged(Role.STATION, "no-evse-reset", seen)
    assert (cell.passed, cell.wrong) == (False, "")
    [cell] = matrix.judged(Role.STATION, "explained", seen)
    assert cell.wrong.startswith("explained TC_B_25_CS NOT APPLICABLE, not PASS")


def test_all_proofs_of_a_case_are_joined() -> None:
    told: list[str] = []
    done = collect.collect([(Role.CSMS, "TC_B_27_CSMS")], seed=1, jobs=1, tell=told.append)
    [case] = done.cases
    assert case.proven, case.wrong
    assert case.mutants == told.count("mutants") - 1, "one run is the control"
    assert case.variants == len(KITS[Role.CSMS].variants) == told.count("variants")
    assert case.faults == len(
        [t for t in faults.all_trials([(Role.CSMS, case.case_id)]) if t.step != GREEN]
    )
    assert case.case_id in case_functions(Role.CSMS)
