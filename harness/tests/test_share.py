"""A copy for others shows no token and no customer data, and is a report all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.evidence.collected import collect
from harness.evidence.pseudonyms import Pseudonyms
from harness.evidence.results import read_results, write_case, write_results
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import Verdict
from harness.tests.report_sample import OK, RUN
from harness.tests.test_results import case

TOKEN, OTHER, CUSTOMER, HELD = "04A1B2C3D4", "PARENT-77", "Jane Roe", "lives at 5 Elm Street"
SECRETS = (TOKEN, TOKEN.lower(), OTHER, CUSTOMER, HELD, "F00-RAW", "0xC0FFEE77")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    log = Transcript("x", folder / "transcripts" / "TC_B_01_CS.jsonl")
    token = {"idToken": TOKEN, "type": "ISO14443", "additionalInfo": [{"additionalIdToken": OTHER}]}
    log.add(Kind.RECEIVED, type=2, id="1", action="Authorize", payload={"idToken": token})
    log.add(Kind.SENT, type=2, id="2", action="X", payload={"customerIdentifier": CUSTOMER})
    told = {"data": HELD, "seqNo": 0}
    log.add(Kind.RECEIVED, type=2, id="3", action="NotifyCustomerInformation", payload=told)
    log.add(Kind.RECEIVED, raw='[2,"4","Authorize",{"idToken":{"idToken":"F00-RAW"', problem="torn")
    log.add(Kind.OPERATOR, action="present_token", parameters={"id_token": TOKEN}, outcome="done")
    extra = {"customData": {"vendorId": "v", "badge": "0xC0FFEE77"}}
    log.add(Kind.RECEIVED, type=2, id="5", action="StatusNotification", payload=extra)
    judged = replace(OK, path="$.idToken.idToken", expected=OTHER, actual=TOKEN.lower(), ok=False)
    broken = replace(judged, matcher=OTHER)
    reason = f"{broken.sentence()}, of {CUSTOMER}"
    found = case(verdict=Verdict.FAIL, reason=reason, validations=(OK, broken))
    write_case(folder, replace(found, transcript="transcripts/TC_B_01_CS.jsonl"))
    write_results(folder, collect(folder, RUN))
    return folder


def texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.read_text("utf-8") for path in files}


def test_nothing_of_a_customer_is_in_the_copy(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["report", str(folder), "--share", str(out)]) == 0
    shared = texts(out)
    assert {"results.json", "results.html", "results.md", "junit.xml", "TC_B_01_CS.jsonl"} <= {
        *shared
    }
    for name, text in shared.items():
        for secret in SECRETS:
            assert secret not in text, (name, secret)
    lines = [json.loads(line) for line in shared["TC_B_01_CS.jsonl"].splitlines()]
    name = lines[0]["payload"]["idToken"]["idToken"]
    assert lines[4]["parameters"]["id_token"] == name, "the same token has the same name"
    [found] = read_results(out).cases
    assert name in found.reason
    assert found.verdict is Verdict.FAIL
    assert lines[0]["payload"]["idToken"]["type"] == "ISO14443", "all else stays"
    assert TOKEN in (folder / "transcripts" / "TC_B_01_CS.jsonl").read_text("utf-8")


def test_it_stays_if_so_wished(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["report", str(folder), "--share", str(out), "--customer-data"]) == 0
    assert TOKEN in texts(out)["TC_B_01_CS.jsonl"]
    assert read_results(out).cases == read_results(folder).cases


def test_a_brief_copy_has_what_went_wrong_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["report", str(folder), "--share", str(out), "--brief"]) == 0
    assert not (out / "transcripts").exists()
    [found] = read_results(out).cases
    assert [v.ok for v in found.validations] == [False]
    assert TOKEN not in texts(out)["results.json"]


def test_a_copy_writes_over_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--share", str(folder)]) == 4
    assert "is not empty" in capsys.readouterr().err
    assert main(["report", str(folder), "--brief"]) == 4


def hidden(value: Any) -> Any:
    names = Pseudonyms()
    names.learn(value)
    return names.hide(value)


def test_a_short_token_is_replaced_in_its_field_alone() -> None:
    value = {"idToken": "A", "status": "A", "reason": "A is a letter"}
    assert hidden(value) == {"idToken": "token-1", "status": "A", "reason": "A is a letter"}


def test_a_group_of_tokens_in_a_variable_is_hidden() -> None:
    value = {"variable": {"name": "MasterPassGroupId"}, "attributeValue": "GROUP-9"}
    assert hidden(value)["attributeValue"] == "token-1"
    other = {"variable": {"name": "HeartbeatInterval"}, "attributeValue": "GROUP-9"}
    assert hidden(other) == other


def test_words_that_hold_a_token_are_left() -> None:
    value = {"idToken": "CASE", "reason": "CASES of case, a case-study"}
    assert hidden(value)["reason"] == "CASES of token-1, a token-1-study"
