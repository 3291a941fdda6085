"""Annotations and job summary, as GitHub reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from harness.cli.main import main
from harness.evidence.results import Results
from harness.evidence.verdict import Verdict
from harness.report.github import MOST, MOST_BYTES, summary, workflow_commands
from harness.tests.report_sample import write_sample

COMMAND = re.compile(r"::(error|notice) title=([^:,]*)::(.*)")


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return write_sample(tmp_path / "results")


def told(lines: list[str]) -> list[tuple[str, str, str]]:
    """Level, title and message of each, as GitHub shows them."""
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found), lines
    return [(m[1], unquote(m[2]), unquote(m[3])) for m in found if m]


def test_every_red_case_is_told_once_by_its_cause_or_by_itself(results: Results) -> None:
    red = [case for case in results.cases if not case.verdict.green]
    lines = told(workflow_commands(results, [f"{case.id} {case.verdict}: x" for case in red]))
    assert {level for level, *_ in lines} == {"error"}
    text = "\n".join(f"{title} {message}" for _, title, message in lines)
    assert red
    assert all(case.id in text for case in red)
    assert len(lines) <= MOST


def test_what_the_gate_lets_through_is_a_notice(results: Results) -> None:
    lines = told(workflow_commands(results, []))
    assert lines
    assert {level for level, *_ in lines} == {"notice"}


def test_what_closes_the_gate_for_no_case_is_told(results: Results) -> None:
    lines = told(workflow_commands(results, ["the run did not come to its end"]))
    assert lines[0] == ("error", "The gate is red", "the run did not come to its end")


def test_no_text_of_a_system_ends_a_command_or_begins_one(results: Results) -> None:
    foreign = "50 %, a\r\n::error::b\x1b[31m"
    case = next(c for c in results.cases if c.verdict is Verdict.INCONCLUSIVE)
    changed = replace(results, cases=(replace(case, reason=foreign, validations=()),))
    (line,) = workflow_commands(changed, [])
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    ((_, _, message),) = told([line])
    assert message.startswith("50 %, a")


def test_more_than_github_shows_are_counted(results: Results) -> None:
    case = next(c for c in results.cases if c.verdict is Verdict.INCONCLUSIVE)
    alone = replace(case, validations=())
    many = tuple(replace(alone, id=f"TC_B_{number}_CS") for number in range(100, 140))
    lines = told(workflow_commands(replace(results, cases=many), []))
    assert len(lines) == MOST
    assert f"{40 - MOST + 1} more" in lines[-1][2]


def test_the_summary_begins_with_gate_and_totals(results: Results) -> None:
    text = summary(results, ("gate: RED", "  red: TC_B_21_CS FAIL"), link="https://example.org/1")
    lines = text.splitlines()
    assert lines[0] == "# OCPP conformance: gate: RED"
    names, numbers = ([cell.strip() for cell in lines[n].split("|")[1:-1]] for n in (2, 4))
    counts = dict(zip(names, numbers, strict=True))
    assert int(counts["Cases"]) == len(results.cases) + len(results.not_run)
    assert int(counts["FAIL"]) == sum(c.verdict is Verdict.FAIL for c in results.cases)
    assert set(re.findall(r"(?<!\\)\]\((.*?)\)", text)) == {"https://example.org/1"}


def test_the_summary_is_cut_at_what_github_takes(results: Results) -> None:
    case = next(c for c in results.cases if c.verdict is Verdict.FAIL)
    many = tuple(replace(case, id=f"TC_B_{number}_CS") for number in range(100, 1500))
    text = summary(replace(results, cases=many), ("gate: RED",))
    assert 0.9 * MOST_BYTES < len(text.encode()) < 1 << 20
    assert text.endswith("The rest is in the reports of the run.\n")


def test_the_command_adds_to_the_summary(
    results: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert results.cases
    out = tmp_path / "summary.md"
    out.write_text("before\n")
    assert main(["github", str(tmp_path / "results"), "--summary", str(out)]) == 0
    assert out.read_text("utf-8").startswith("before\n# OCPP conformance: gate: RED")
    assert "::error title=" in capsys.readouterr().out
