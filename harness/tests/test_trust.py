"""The proofs joined by case: what is counted, what is told, and that no case is without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harness.embedded_run import case_functions
from harness.mutation.campaign import addresses
from harness.reference.faults import Fault
from harness.sut import Role
from harness.trust import collect, faults, matrix
from harness.trust.faults import Trial, attempt
from harness.trust.proof import CaseProof, Proof, kept, read, write
from harness.trust.report import markdown

GOOD = CaseProof("TC_B_20_CS", Role.STATION, 9, 8, 12, 10, 2, 3, 4)
PROOF = Proof(1, (GOOD, replace(GOOD, case_id="TC_B_20_CSMS", role=Role.CSMS)))


def test_a_kept_proof_is_read_as_it_was_written(tmp_path: Path) -> None:
    proof = replace(PROOF, cases=(replace(GOOD, wrong=("a",)),), wrong=("b",))
    write(proof, tmp_path / "trust.json")
    assert read((tmp_path / "trust.json").read_text("utf-8")) == proof


@pytest.mark.parametrize(
    "change", [{"wrong": ("fault x: not FAIL",)}, {"killed": 9}, {"faults": 0}], ids=str
)
def test_one_gap_and_a_case_is_not_proven(change: dict[str, object]) -> None:
    case = replace(GOOD, **change)
    assert GOOD.proven
    assert PROOF.proven
    assert not case.proven
    assert not replace(PROOF, cases=(GOOD, case)).proven
    assert "**no**" in markdown(replace(PROOF, cases=(GOOD, case)))


def test_a_stale_equivalent_is_a_gap_of_no_case() -> None:
    proof = replace(PROOF, wrong=("stale equivalent: x",))
    assert not proof.proven
    assert "- stale equivalent: x" in markdown(proof)


def test_the_report_is_markdown_with_a_row_for_each_case() -> None:
    text = markdown(PROOF)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows = [t for t in tokens if t.type == "tr_open"]
    assert len(rows) == (1 + 3) + (1 + 1) + (1 + 1)
    assert "| Both | 2 | 18 | 16 | 24 | 20 | 4 | 0 | 6 | 8 | yes |" in text
    assert "Not proven" not in text


def test_every_implemented_case_has_its_proof_with_it() -> None:
    """``make trust`` renews it."""
    proof = kept()
    assert proof is not None
    assert [(c.role, c.case_id) for c in proof.cases] == addresses()
    assert [(c.case_id, c.wrong) for c in proof.cases if not c.proven] == []


@pytest.mark.asyncio
async def test_a_fault_that_is_not_found_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Fault("harmless", "does nothing", lambda _s, _bite: None, {"TC_B_20_CS": "2"})
    toothless = Fault("toothless", "bites the air", lambda _s, bite: bite(), {"TC_B_20_CS": "2"})
    monkeypatch.setitem(
        faults.FAULTS,  # type: ignore[arg-type]  # a mapping for everybody else
        Role.STATION,
        {"harmless": harmless, "toothless": toothless},
    )
    for name in ("harmless", "toothless"):
        tried = await attempt(Trial(Role.STATION, name, "TC_B_20_CS", "2"))
        assert tried.wrong.startswith("not FAIL: TC_B_20_CS PASS")
        green = await attempt(Trial(Role.STATION, name, "TC_B_20_CS", ""))
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
    assert case.personalities == len(matrix.TABLES[Role.CSMS]) == told.count("variants")
    assert case.faults == len([t for t in faults.all_trials([Role.CSMS], [case.case_id]) if t.step])
    assert case.case_id in case_functions(Role.CSMS)
