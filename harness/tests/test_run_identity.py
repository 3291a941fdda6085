"""A run that is resumed goes on with the same system, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.results import CASES, CaseResult, write_case
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import case_functions
from harness.run.conduct import CaseInfo
from harness.run.identity import as_told, identity
from harness.run.options import RunOptions
from harness.run.run import RUN_FILE, Run
from harness.spec.roles import Role
from harness.sut.model import Limits, OperatorSpec, Sut

SUT = Sut("Product", Role.STATION, version="1.0", password="a-password-of-16", identity="CS 1")
STARTED = "2026-01-01T00:00:00+00:00"
IDS = ("TC_B_01_CS", "TC_B_06_CS")


def run(folder: Path, sut: Sut = SUT, **options: Any) -> Run:
    return Run({sut.role: sut}, RunOptions(folder, **options), STARTED, is_worker=False)


def info(case_id: str) -> CaseInfo:
    return case_functions(Role.STATION)[case_id].info


def done(folder: Path, case_id: str) -> None:
    row = info(case_id).row
    result = CaseResult(row.id, row.title, row.block, row.role, Verdict.PASS, "", 0.0, ())
    write_case(folder, result, lambda text: text)


def test_the_results_tell_the_role_that_was_run(tmp_path: Path) -> None:
    other = replace(SUT, name="Other", role=Role.CSMS)
    both = Run(
        {Role.STATION: SUT, Role.CSMS: other}, RunOptions(tmp_path), STARTED, is_worker=False
    )
    both.begin({"TC_B_01_CS"})
    done(tmp_path, "TC_B_01_CS")
    both.finish()
    assert both.results is not None
    assert (both.results.run.roles, both.results.run.sut) == ((Role.STATION,), "Product")
    assert {question.sut for question in both.results.questions} <= {Role.STATION}


def test_the_same_run_is_resumed(tmp_path: Path) -> None:
    run(tmp_path, fault="x", variant="y").begin(IDS)
    done(tmp_path, "TC_B_01_CS")
    again = run(tmp_path, fault="x", variant="y", resume=True, fail_on_warnings=True)
    assert again.problem(1) == ""
    again.begin(IDS)
    assert not again.wants(info("TC_B_01_CS"))
    assert again.wants(info("TC_B_06_CS"))


@pytest.mark.parametrize(
    ("sut", "options", "said"),
    [
        (SUT, {"fault": "x"}, "another one (fault)"),
        (SUT, {"variant": "y"}, "another one (variant)"),
        (replace(SUT, version="2.0"), {}, "(version in the description of the CS)"),
        (replace(SUT, evses={1: (1, 2)}), {}, "(evses in the description of the CS)"),
        (replace(SUT, limits=Limits(event=5)), {}, "(limits in the description of the CS)"),
        (replace(SUT, features=frozenset({"C-13"})), {}, "(features in the description of"),
        (replace(SUT, operator=OperatorSpec("prompt", {"tty": "x"})), {}, "(operator in the"),
        (replace(SUT, role=Role.CSMS), {}, "description of a CS"),
    ],
)
def test_another_run_is_not_resumed(
    tmp_path: Path, sut: Sut, options: Mapping[str, str], said: str
) -> None:
    run(tmp_path).begin(IDS)
    problem = run(tmp_path, sut, resume=True, **options).problem(1)
    assert said in problem
    assert problem.startswith(f"--resume: the run in {tmp_path} was another one (")
    assert problem.endswith("): leave out --resume")
    assert run(tmp_path, sut, **options).problem(1) == "", "it may begin anew"


def test_another_harness_does_not_resume_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path).begin(IDS)
    monkeypatch.setattr("harness.run.run.harness_version", lambda: "0.0.1")
    assert "(version of the harness)" in run(tmp_path, resume=True).problem(1)


def test_a_folder_of_before_there_were_identities_is_resumed(tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_text(json.dumps({"started": STARTED}))
    assert run(tmp_path, resume=True).problem(1) == ""


def test_an_identity_gives_no_secret_away() -> None:
    token = OperatorSpec("http", {"headers": {"Authorization": "Bearer abcdefgh"}})
    first = replace(SUT, operator=token, hidden=("abcdefgh",))
    other = replace(
        first,
        password="another-of-16-ch",
        hidden=("ijklmnop",),
        operator=OperatorSpec("http", {"headers": {"Authorization": "Bearer ijklmnop"}}),
    )
    assert identity({Role.STATION: first}, "1") == identity({Role.STATION: other}, "1")


def test_what_a_station_says_of_itself() -> None:
    station = {"vendorName": "V", "model": "M", "firmwareVersion": "1.2", "serialNumber": "7"}
    assert as_told({"chargingStation": station, "reason": "PowerUp"}) == "V M 1.2"
    assert as_told({"chargingStation": {"model": "M", "vendorName": "V"}}) == "V M"
    assert as_told({"chargingStation": []}) == as_told({}) == ""


def test_a_resumed_run_ends_where_another_system_answers(tmp_path: Path) -> None:
    first = run(tmp_path)
    first.begin(IDS)
    assert first.told(info("TC_B_01_CS"), "V M 1.2") == ""
    done(tmp_path, "TC_B_01_CS")
    again = run(tmp_path, resume=True)
    again.begin(IDS)
    done(tmp_path, "TC_B_06_CS")
    said = "--resume: the system says that it is V M 1.3; it was V M 1.2: leave out --resume"
    assert again.told(info("TC_B_06_CS"), "V M 1.3") == said
    kept = [each.name for each in (tmp_path / CASES).glob("*.json")]
    assert kept == ["TC_B_01_CS.json"], "nothing of the other system stays among the results"


def test_an_update_within_a_run_is_no_other_system(tmp_path: Path) -> None:
    first = run(tmp_path)
    first.begin(IDS)
    for version in ("1.2", "1.3"):
        assert first.told(info("TC_B_01_CS"), f"V M {version}") == ""
    again = run(tmp_path, resume=True)
    for version in ("1.3", "1.2", "1.4"):
        assert again.told(info("TC_B_01_CS"), f"V M {version}") == ""
