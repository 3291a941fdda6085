"""What runs leave for Allure: read from its results, as its own report does."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.evidence.transcript import Entry, Kind
from harness.report.allure import SPECIFICATION
from harness.report.story import RULES, steps
from harness.spec.catalogue import row

FAULT = ("--fault", "boot-reason-power-up")


def run(folder: Path, *arguments: str) -> Path:
    """Run cases from an empty folder, for Allure; its folder."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs"]
    done = subprocess.run(
        [*command, "cases_cs", "cases_csms", "--alluredir=allure", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return folder / "allure"


def results(allure: Path) -> dict[str, dict[str, Any]]:
    """By the id of the case."""
    found = [json.loads(path.read_text("utf-8")) for path in allure.glob("*-result.json")]
    return {each["name"].split()[0]: each for each in found}


@pytest.fixture(scope="module")
def allure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a case that fails, one that passes and one that does not apply."""
    cases = [f"--case={name}" for name in ("TC_B_20_CS", "TC_B_01_CSMS", "TC_B_15_CS")]
    return run(tmp_path_factory.mktemp("run"), *cases, *FAULT)


def test_a_case_is_called_and_placed_as_in_the_catalogue(allure: Path) -> None:
    found = results(allure)
    assert {name: each["status"] for name, each in found.items()} == {
        "TC_B_20_CS": "failed",
        "TC_B_01_CSMS": "passed",
        "TC_B_15_CS": "skipped",
    }
    for name, each in found.items():
        case = row(name)
        labels = {(label["name"], label["value"]) for label in each["labels"]}
        assert each["name"] == f"{name} {case.title}"
        assert ("feature", case.block.replace("_", " ")) in labels
        profiles = {each.profile for each in case.certification}
        assert {value for key, value in labels if key == "tag"} == profiles
        assert {value for key, value in labels if key == "story"} == {
            part.strip() for part in case.use_cases.split(",")
        }
        assert {(link["name"], link["url"]) for link in each["links"]} == {
            (name, f"{SPECIFICATION}#{name}") for name in case.requirements
        }


def test_the_steps_of_the_page_are_steps(allure: Path) -> None:
    failed = results(allure)["TC_B_20_CS"]
    told = {step["name"]: step for step in failed["steps"]}
    assert [told[name]["status"] for name in ("1 ResetRequest", "2 ResetResponse", RULES)] == [
        *("passed", "passed", "passed")
    ]
    third = told["3 BootNotificationRequest"]
    assert third["status"] == "failed"
    (red,) = [part for part in third["steps"] if part["status"] == "failed"]
    assert "BootNotificationRequest $.reason: expected RemoteReset" in red["name"]
    facts = {fact["name"]: fact["value"] for fact in red["parameters"]}
    assert facts["actual"] == "PowerUp"
    assert "B01.FR.09" in facts["requirement"]
    # The station was away for the time of a boot, on the clock of the case.
    assert third["stop"] - third["start"] > 1000


def test_frames_diagram_and_validations_are_attached(allure: Path) -> None:
    failed = results(allure)["TC_B_20_CS"]
    files = {each["name"]: allure / each["source"] for each in failed["attachments"]}
    assert files.keys() == {"frames", "sequence diagram", "validations"}
    transcript = allure.parent / "reports/latest/transcripts/TC_B_20_CS.jsonl"
    assert files["frames"].read_text("utf-8") == transcript.read_text("utf-8")
    assert ET.parse(files["sequence diagram"]).getroot().tag.endswith("svg")
    recorded = json.loads((allure.parent / "reports/latest/results.json").read_text("utf-8"))
    (case,) = [each for each in recorded["cases"] if each["id"] == "TC_B_20_CS"]
    assert json.loads(files["validations"].read_text("utf-8")) == case["validations"]


def test_the_run_is_described(allure: Path) -> None:
    environment = (allure / "environment.properties").read_text("utf-8")
    assert "Fault=boot-reason-power-up" in environment
    assert json.loads((allure / "categories.json").read_text("utf-8"))


def test_a_case_has_its_history_by_system_and_fault(allure: Path, tmp_path: Path) -> None:
    again = results(run(tmp_path / "same", "--case=TC_B_20_CS", *FAULT))
    plain = results(run(tmp_path / "plain", "--case=TC_B_20_CS"))
    assert plain["TC_B_20_CS"]["status"] == "passed"
    first = results(allure)["TC_B_20_CS"]
    assert again["TC_B_20_CS"]["historyId"] == first["historyId"]
    assert plain["TC_B_20_CS"]["historyId"] != first["historyId"]
    shown = {fact["name"]: fact["value"] for fact in first["parameters"]}
    assert shown["system"] == "Embedded station"
    assert shown["fault"] == "boot-reason-power-up"
    assert shown.keys() <= {"system", "fault", "clock", "seconds on it"}


def test_inconclusive_is_broken_and_links_follow_the_pattern(tmp_path: Path) -> None:
    description = tmp_path / "sut.yaml"
    description.write_text(
        "name: Absent\nrole: CSMS\nurl: ws://127.0.0.1:1\npassword: 0123456789abcdef\n"
        "features: [C-50.2]\nlimits: {connect: 0.5}\noperator: {kind: none}\n"
    )
    pattern = "--allure-link-pattern=requirement:https://example.test/{}"
    case = results(run(tmp_path, f"--sut={description}", "--case=TC_B_01_CSMS", pattern))
    absent = case["TC_B_01_CSMS"]
    assert absent["status"] == "broken"
    assert "INCONCLUSIVE" in absent["statusDetails"]["message"]
    assert {link["url"] for link in absent["links"]} == {
        f"https://example.test/{name}" for name in row("TC_B_01_CSMS").requirements
    }


# -- a case as steps of steps


def entry(t: float, kind: Kind, **data: Any) -> Entry:
    return Entry(datetime(2026, 1, 1, tzinfo=UTC), t, kind, data)


def check(t: float, step: str, ok: bool, **data: Any) -> Entry:
    given = {"message": "M", "path": "$.x", "expected": "1", "actual": 2, "stage": "main"}
    judged = {"step": step, "ok": ok, "severity": "failure", **given, **data}
    return entry(t, Kind.VALIDATION, **judged)


def test_states_belong_to_their_step_and_each_begins_where_the_last_ended() -> None:
    first, second = steps(
        [
            entry(0.5, Kind.STEP, step="1", text="ResetRequest"),
            entry(1.0, Kind.SENT, step="1", action="Reset", payload={}, stage="main"),
            check(3.0, "2>Booted 5", ok=True),
            check(4.0, "2>Booted 7", ok=False),
        ]
    )
    assert (first.title, first.t, first.until, first.ok) == ("1 ResetRequest", 0.0, 1.0, True)
    assert (second.title, second.t, second.until, second.ok) == ("2 Booted", 1.0, 4.0, False)
    assert second.parts[1].text == "Booted 7: M $.x: expected 1, got 2"


def test_rules_stand_apart_warnings_are_green_and_own_questions_are_left_out() -> None:
    (rules,) = steps(
        [
            check(0.0, "one", ok=False, stage="rule", severity="warning"),
            check(0.0, "own", ok=False, stage="own"),
            entry(0.0, Kind.RECEIVED, action="Heartbeat", payload={}),
        ]
    )
    assert rules.title == RULES
    assert rules.ok
    assert rules.parts[0].text.startswith("warning: one: ")


def test_an_act_is_told_once_it_is_done() -> None:
    act: dict[str, Any] = {"step": "1", "stage": "main", "action": "plug_in", "parameters": {}}
    (step,) = steps(
        [
            entry(0.0, Kind.OPERATOR, **act, outcome="begun"),
            entry(1.0, Kind.OPERATOR, **act, outcome="done"),
        ]
    )
    assert [part.text for part in step.parts] == ["operator: plug_in {}: done"]
