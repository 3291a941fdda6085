"""Tests of one's own with the fixtures leave a result and a transcript, as a case does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from harness.evidence.results import read_results
from harness.evidence.verdict import CaseStopped, StopKind, Verdict
from harness.run.gate import gate
from harness.run.own_test import ended_by, file_name
from harness.spec.roles import Role
from harness.tests.small_runs import run

MODULE = '''
import pytest

own = pytest.mark.asyncio(loop_scope="session")


@own
@pytest.mark.simulated_time
@pytest.mark.parametrize("token", ["a/b", "a b"])
async def test_refused(fake_station, token):
    """Nobody | <knows> this driver."""
    sent = await fake_station.send(1, "Authorize", idToken={"idToken": token, "type": "Central"})
    answer = await sent.response(2)
    assert answer["idTokenInfo"]["status"] != "Accepted"


@own
@pytest.mark.simulated_time
async def test_wrong(fake_csms):
    assert 1 == 2, "two is not one"


@own
@pytest.mark.simulated_time
async def test_of_a_step(fake_csms):
    sent = await fake_csms.send(1, "GetVariables", getVariableData=[
        {"component": {"name": "ClockCtrlr"}, "variable": {"name": "DateTime"}}])
    await sent.response(2, getVariableResult=[{"attributeStatus": "Rejected"}])


@own
@pytest.mark.simulated_time
async def test_with_a_mistake(fake_csms):
    {}["nothing"]


@own
@pytest.mark.simulated_time
async def test_skipped(fake_csms):
    pytest.skip("not today")


def test_without_fixtures():
    assert True
'''
NAMES = {
    "test_small.py::test_refused[a/b]": "PASS",
    "test_small.py::test_refused[a b]": "PASS",
    "test_small.py::test_wrong": "FAIL",
    "test_small.py::test_of_a_step": "FAIL",
    "test_small.py::test_with_a_mistake": "ERROR",
    "test_small.py::test_skipped": "NOT APPLICABLE",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "test_small.py").write_text(MODULE, "utf-8")
    done = run(folder)
    assert done.returncode == 1, done.stdout
    return folder / "results"


def test_each_has_a_result_and_a_transcript_of_its_own(folder: Path) -> None:
    found = read_results(folder)
    assert {test.id: test.verdict for test in found.tests} == NAMES
    transcripts = [test.transcript for test in found.tests]
    assert len(set(transcripts)) == len(NAMES)
    for name in transcripts:
        lines = (folder / name).read_text("utf-8").splitlines()
        assert any(json.loads(line)["kind"] == "sent" for line in lines), name
    reasons = {test.id.rpartition("::")[2]: test.reason for test in found.tests}
    assert "two is not one" in reasons["test_wrong"]
    assert "Rejected" in reasons["test_of_a_step"]
    assert "KeyError" in reasons["test_with_a_mistake"]
    passed = next(test for test in found.tests if test.verdict is Verdict.PASS)
    assert passed.title == "Nobody | <knows> this driver."
    assert passed.sut is Role.CSMS
    assert {v.stage for v in passed.validations} >= {"rule"}, "the standing rules are told too"


def test_every_report_shows_them(folder: Path) -> None:
    for name in ("results.html", "results.md", "junit.xml"):
        text = (folder / name).read_text("utf-8").replace("\\", "")
        assert "two is not one" in text, name
        assert "test_refused" in text, name
        assert "<knows>" not in text, name


def test_they_are_no_cases_and_the_gate_wants_them_all_the_same(folder: Path) -> None:
    found = read_results(folder)
    assert found.cases == ()
    assert found.run.selection == "own tests"
    assert found.run.finished is not None
    outcome = gate(found, [], date(2026, 1, 1))
    assert not outcome.nothing_run
    assert len(outcome.red) == 3
    assert not [text for text in outcome.red if "no case" in text or "not one case" in text]


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        (None, Verdict.PASS),
        (AssertionError("no"), Verdict.FAIL),
        (ValueError("no"), Verdict.ERROR),
        (CaseStopped(StopKind.VALIDATION, "no"), Verdict.FAIL),
        (CaseStopped(StopKind.UNDRIVABLE, "no"), Verdict.INCONCLUSIVE),
        (CaseStopped(StopKind.BEFORE, "no"), Verdict.INCONCLUSIVE),
        (CaseStopped(StopKind.HARNESS, "no"), Verdict.ERROR),
    ],
)
def test_what_ends_a_test_decides_it(problem: Exception | None, verdict: Verdict) -> None:
    assert ended_by(problem).verdict is verdict


def test_no_two_tests_share_a_file() -> None:
    names = ["t.py::test[a/b]", "t.py::test[a b]", "t.py::test[a_b]", f"t.py::{'x' * 500}"]
    files = {file_name(name, role) for name in names for role in Role}
    assert len(files) == len(names) * len(Role)
    assert all(len(each) < 150 and "/" not in each for each in files)
