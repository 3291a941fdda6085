"""NOT RUN: a state and no verdict, told by every report, and never green."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.evidence.collected import collect
from harness.evidence.results import (
    NotRun,
    Results,
    ResultsError,
    read_results,
    write_case,
    write_not_run,
    write_results,
)
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import case_functions
from harness.report.html import html
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.terminal import print_summary
from harness.run.gate import ExitCode, gate
from harness.run.known import Known
from harness.run.withheld import announced, withheld
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.model import IRREVERSIBLE
from harness.testbed.kits import embedded_sut
from harness.tests.plugin_runs import Outcome, run
from harness.tests.test_results import RUN, case

LEFT_OUT = NotRun("TC_A_19_CS", "Upgrade <it>", "A_Security", Role.STATION, "it | raises <it>")
TODAY = date(2026, 1, 1)


def results(folder: Path) -> Results:
    write_case(folder, replace(case(), verdict=Verdict.PASS, reason="", validations=()))
    write_not_run(folder, LEFT_OUT)
    write_results(folder, collect(folder, RUN))
    return read_results(folder)


def test_is_written_and_read_back(tmp_path: Path) -> None:
    assert results(tmp_path).not_run == (LEFT_OUT,)
    with pytest.raises(ResultsError, match="reason"):
        write_not_run(tmp_path, replace(LEFT_OUT, reason=""))


def test_every_report_says_so(tmp_path: Path) -> None:
    found = results(tmp_path)
    assert "| TC\\_A\\_19\\_CS |" in markdown(found) or "| TC_A_19_CS |" in markdown(found)
    assert "it \\| raises &lt;it&gt;" in markdown(found)
    assert "1 case(s) NOT RUN" in markdown(found)
    page = html(found, tmp_path)
    assert "it | raises &lt;it&gt;" in page
    assert "1 case(s) NOT RUN" in page
    root = ET.fromstring(junit(found))
    [error] = root.findall("testsuite[@name='not run']/testcase[@name='TC_A_19_CS']/error")
    assert error.get("message") == LEFT_OUT.reason
    assert int(root.get("errors", "0")) >= 2
    shown = io.StringIO()
    print_summary(found, shown)
    assert "NOT RUN TC_A_19_CS it | raises <it>" in shown.getvalue()


def test_closes_the_gate_unless_it_is_listed(tmp_path: Path) -> None:
    found = results(tmp_path)
    outcome = gate(found, [], TODAY)
    assert outcome.exit_code is ExitCode.RED
    assert outcome.red == ("TC_A_19_CS NOT RUN: it | raises <it>",)
    listed = Known("TC_A_19_CS", "is done in the lab", "https://example.org/1", TODAY)
    outcome = gate(found, [listed], TODAY)
    assert outcome.exit_code is ExitCode.GREEN
    assert "known: TC_A_19_CS NOT RUN" in outcome.notes[0]
    assert gate(found, [listed], date(2026, 1, 2)).exit_code is ExitCode.RED


STATION = embedded_sut(Role.STATION)
MARKED = {i: f.info for i, f in case_functions(Role.STATION).items() if f.info.irreversible}


@pytest.mark.parametrize(
    "case_id", [i for i, info in MARKED.items() if not pics.applicability(info.row, STATION)]
)
def test_needs_to_be_allowed(case_id: str) -> None:
    info = MARKED[case_id]
    assert withheld(info, STATION) == ""
    kinds = STATION.irreversible - {info.irreversible}
    without = replace(STATION, irreversible=kinds)
    assert IRREVERSIBLE[info.irreversible] in withheld(info, without)
    assert f"irreversible: [{info.irreversible}]" in withheld(info, without)


def test_what_does_not_apply_or_can_be_undone_is_not_withheld() -> None:
    plain = replace(STATION, irreversible=frozenset())
    without = replace(plain, features=plain.features - {"AS-2"})
    assert withheld(MARKED["TC_B_50_CS"], plain)
    assert not withheld(MARKED["TC_B_50_CS"], without)
    assert not withheld(MARKED["TC_M_30_CS"], without)
    assert not withheld(case_functions(Role.STATION)["TC_B_01_CS"].info, plain)


def test_says_before_what_cannot_be_undone() -> None:
    lines = list(announced(MARKED.values(), STATION))
    assert [line for line in lines if "TC_A_19_CS" in line and "raises" in line]
    assert len(lines) == len(IRREVERSIBLE)
    assert not [line for line in lines if "TC_L_16_CS" in line]  # it does not apply
    assert not list(announced([], STATION))


def _careful(folder: Path, *arguments: str) -> Outcome:
    """A run against the embedded station whose description allows nothing for good."""
    source = Path(str(Path(__file__).parents[1] / "suts" / "embedded_station.yaml"))
    text = source.read_text("utf-8")
    sut = folder / "sut.yaml"
    sut.write_text("".join(x for x in text.splitlines(True) if "irreversible" not in x), "utf-8")
    return run(folder, sut, *arguments)


def test_run_leaves_it_out(tmp_path: Path) -> None:
    cases = ("--case", "TC_A_19_CS", "--case", "TC_B_01_CS", "cases_cs", "--pyargs")
    outcome = _careful(tmp_path, *cases)
    assert outcome.code == 1, outcome.output
    assert set(outcome.cases) == {"TC_B_01_CS"}
    [left_out] = outcome.results["not_run"]
    assert left_out["id"] == "TC_A_19_CS"
    assert "irreversible: [security_profile]" in left_out["reason"]
    assert "1 not run" in outcome.output
    known = tmp_path / "known.yaml"
    entry = {"id": "TC_A_19_CS", "reason": "x", "link": "https://example.org/1"}
    known.write_text(json.dumps([{**entry, "expires": "2999-01-01"}]), "utf-8")
    assert _careful(tmp_path, *cases, "--gate", str(known)).code == 0
    known.write_text("[]", "utf-8")
    outcome = _careful(tmp_path, *cases, "--gate", str(known))
    assert outcome.code == 1
    assert "red: TC_A_19_CS NOT RUN" in outcome.output


def test_a_run_of_nothing_else_is_no_run(tmp_path: Path) -> None:
    outcome = _careful(tmp_path, "--case", "TC_A_19_CS", "cases_cs", "--pyargs")
    assert outcome.code == 1
    assert not outcome.cases
    assert outcome.results["not_run"]
