"""Recorded runs judged again: the same by the same rules, and nothing guessed by others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.evidence.matchers import fact
from harness.evidence.results import CaseResult, read_results
from harness.evidence.transcript import Kind
from harness.evidence.verdict import Severity, Stage, Verdict
from harness.proof.mutation.wanted import accepts
from harness.rejudge import judge
from harness.rejudge.judge import Review, Reviewed, review
from harness.rejudge.matchers import CannotBeJudged, holds
from harness.report.log import read_log
from harness.rules.frames import Breach, CaseLog, Rule
from harness.spec.roles import Role
from harness.testbed.bringup import Embedding, described
from harness.testbed.kits import KITS, embedded_sut
from harness.tests.plugin_runs import ROOT
from harness.tests.report_sample import OK

CASES = ("TC_B_01_CS", "TC_E_10_CS", "TC_E_03_CS", "TC_B_20_CSMS", "TC_C_10_CS", "TC_B_06_CS")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of cases of both roles, of a station with a fault that some of them find."""
    folder = tmp_path_factory.mktemp("recorded")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs"]
    asked = [part for case in CASES for part in ("--case", case)]
    subprocess.run(
        [*command, "cases_cs", "cases_csms", *asked, "--fault", FAULT, "--results", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=180,
        check=False,
    )
    return folder


FAULT = "connector-told-late"


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "recorded"))


def cases(folder: Path) -> dict[str, CaseResult]:
    return {case.id: case for case in read_results(folder).cases}


def again(folder: Path, case_id: str, case: CaseResult | None = None) -> Review:
    shown = case or cases(folder)[case_id]
    sut = embedded_sut(shown.sut)
    plain = described(sut, Embedding("").changes(KITS[shown.sut].variants))
    return review(shown, folder, plain, fail_on_warnings=False)


def of_rules(found: Review) -> list[Reviewed]:
    return [each for each in found.reviewed if each.validation.stage is Stage.RULE]


def test_by_the_same_rules_all_is_the_same(folder: Path) -> None:
    verdicts = {case.verdict for case in cases(folder).values()}
    assert verdicts >= {Verdict.PASS, Verdict.FAIL}
    rules_broken = 0
    for case in cases(folder).values():
        found = again(folder, case.id)
        assert not found.verdict_changed, case.id
        assert not [each for each in found.reviewed if each.changed], case.id
        if case.verdict is Verdict.NOT_APPLICABLE:
            continue
        assert found.decision is not None
        assert (found.decision.verdict, found.decision.reason) == (case.verdict, case.reason)
        assert all(each.now is each.validation.ok for each in of_rules(found))
        rules_broken += sum(each.now is False for each in of_rules(found))
    assert rules_broken, "a rule that is broken is found again too"


@pytest.fixture
def with_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[Rule, ...]], None]:
    """Other rules for stations."""

    def use(rules: tuple[Rule, ...]) -> None:
        kit = replace(KITS[Role.STATION], rules=rules)
        monkeypatch.setattr(judge, "KITS", {**KITS, Role.STATION: kit})

    return use


def nobody_boots(log: CaseLog) -> Iterator[Breach]:
    """No BootNotification is sent."""
    for frame in log.of_sut:
        if frame.frame.action == "BootNotification":
            yield Breach(frame.name, "$", "nothing", "a boot", "B01.FR.01")


def nobody_boots_gladly(log: CaseLog) -> Iterator[Breach]:
    """A BootNotification is a warning."""
    yield from (replace(each, severity=Severity.WARNING) for each in nobody_boots(log))


def test_a_stricter_rule_turns_a_pass(
    folder: Path, with_rules: Callable[[tuple[Rule, ...]], None]
) -> None:
    with_rules((*KITS[Role.STATION].rules, nobody_boots))
    found = again(folder, "TC_B_01_CS")
    assert found.case.verdict is Verdict.PASS
    assert found.decision is not None
    assert found.decision.verdict is Verdict.FAIL
    assert "nobody_boots" in found.decision.reason
    assert [each.why for each in found.reviewed if each.changed] == ["breaks now"]
    with_rules((*KITS[Role.STATION].rules, nobody_boots_gladly))
    assert not again(folder, "TC_B_01_CS").verdict_changed


def broken_rule(folder: Path) -> tuple[str, str]:
    """A case that fails for one rule alone, and which."""
    for case in cases(folder).values():
        failed = {(v.stage, v.step) for v in case.validations if not v.ok}
        if len(failed) == 1 and case.page == "passed" and case.verdict is Verdict.FAIL:
            [(_stage, name)] = failed
            return case.id, name
    raise AssertionError("no case fails for one rule alone")


def test_a_rule_that_is_gone_turns_a_fail(
    folder: Path, with_rules: Callable[[tuple[Rule, ...]], None]
) -> None:
    case_id, name = broken_rule(folder)
    with_rules(tuple(rule for rule in KITS[Role.STATION].rules if rule.__name__ != name))
    found = again(folder, case_id)
    assert found.decision is not None
    assert found.decision.verdict is Verdict.PASS
    assert {each.why for each in found.reviewed if each.changed} == {"is no rule any more"}


def without(folder: Path, case_id: str, kind: Kind) -> None:
    """Take the lines of a kind out of a transcript."""
    path = folder / "transcripts" / f"{case_id}.jsonl"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(x for x in lines if json.loads(x)["kind"] != kind), "utf-8")


def test_what_was_not_recorded_is_not_guessed(folder: Path) -> None:
    without(folder, "TC_B_01_CS", Kind.LOG)
    found = again(folder, "TC_B_01_CS")
    assert found.decision is None
    assert found.unknown == "what the rules looked at was not recorded"
    assert all(each.now is None and each.why for each in of_rules(found))
    assert any(each.now for each in found.reviewed), "its steps can be judged all the same"
    without(folder, "TC_B_06_CS", Kind.VERDICT)
    assert again(folder, "TC_B_06_CS").unknown == "the transcript does not say how the case ended"
    (folder / "transcripts" / "TC_E_03_CS.jsonl").unlink()
    found = again(folder, "TC_E_03_CS")
    assert (found.decision, found.unknown) == (None, "there is no transcript")


def test_a_transcript_with_a_line_missing_is_not_judged_by_rules(folder: Path) -> None:
    path = folder / "transcripts" / "TC_B_01_CS.jsonl"
    lines = path.read_text("utf-8").splitlines()
    lines.remove(next(line for line in lines if json.loads(line)["kind"] == "received"))
    path.write_text("\n".join(lines), "utf-8")
    found = again(folder, "TC_B_01_CS")
    assert found.decision is None
    assert found.unknown.startswith("lines of the transcript are missing or changed")


def test_a_message_that_says_otherwise_than_its_validation_is_told(folder: Path) -> None:
    case = cases(folder)["TC_B_01_CS"]
    place = next(
        n for n, v in enumerate(case.validations) if v.path == "$.reason" and v.stage is Stage.MAIN
    )
    turned = list(case.validations)
    turned[place] = replace(turned[place], ok=False)
    found = again(folder, case.id, replace(case, validations=tuple(turned)))
    told = [each for each in found.reviewed if each.changed]
    assert [each.validation.path for each in told] == ["$.reason"]
    assert told[0].now is True


def test_what_no_transcript_holds_is_said_for_each_validation() -> None:
    entries = ()
    for validation, why in (
        (replace(OK, matcher=fact("silence")), "about no field"),
        (replace(OK, matcher="PowerUp"), "a message that did not come"),
        (replace(OK, matcher="PowerUp", frame="x"), "not in the transcript"),
        (OK, "not recorded as data"),
    ):
        with pytest.raises(CannotBeJudged, match=why):
            holds(validation, entries)


def test_a_kind_of_matcher_that_is_not_known_is_not_taken_for_a_no(folder: Path) -> None:
    case = cases(folder)["TC_B_01_CS"]
    log = read_log(folder / case.transcript, whole=True)
    judged = next(v for v in case.validations if v.path == "$.reason" and v.frame)
    assert not accepts({"quite": "new"}, judged.actual)
    with pytest.raises(CannotBeJudged, match="of a kind"):
        holds(replace(judged, matcher={"one_of": [{"quite": "new"}, "x"]}), log.entries)
    assert holds(replace(judged, matcher={"one_of": ["x", judged.actual]}), log.entries)
    assert not holds(replace(judged, matcher={"not": judged.actual}), log.entries)


def test_the_command_says_what_changed(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    with_rules: Callable[[tuple[Rule, ...]], None],
) -> None:
    assert main(["rejudge", str(folder)]) == 0
    assert "0 of 6 verdicts change" in capsys.readouterr().out
    with_rules((*KITS[Role.STATION].rules, nobody_boots))
    forms = [f"--{form}={tmp_path / form}" for form in ("html", "markdown", "json")]
    assert main(["rejudge", str(folder), *forms]) == 1
    assert "TC_B_01_CS PASS → FAIL: breaks now" in capsys.readouterr().out
    for form in ("html", "markdown"):
        assert "nobody" in (tmp_path / form).read_text("utf-8")
    data = json.loads((tmp_path / "json").read_text("utf-8"))
    boot = next(case for case in data["cases"] if case["id"] == "TC_B_01_CS")
    assert (boot["recorded"], boot["today"]) == ("PASS", "FAIL")
    assert {v["what"] for v in boot["validations"]} == {
        "the same",
        "changed",
        "cannot be judged again",
    }
    assert all(v["why"] for v in boot["validations"] if v["today"] is None)


def test_another_description_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ROOT / "harness" / "suts" / "embedded_station.yaml"
    other = tmp_path / "sut.yaml"
    other.write_text(own.read_text("utf-8").replace("deviation:", "deviation: 3\n#"), "utf-8")
    text = other.read_text("utf-8")
    if "deviation" not in text:
        other.write_text(f"{text}\ndeviation: 3\n", "utf-8")
    assert main(["rejudge", str(folder), "--sut", str(other)]) == 4
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["rejudge", str(tmp_path)]) == 4
