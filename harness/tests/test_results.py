"""results.json: written case by case, merged, read back, masked."""

from __future__ import annotations

import base64
import json
import math
import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from harness.evidence.collected import collect
from harness.evidence.mask import masker
from harness.evidence.results import (
    CaseResult,
    ResultsError,
    RunInfo,
    case_order,
    read_results,
    transcript_path,
    write_case,
    write_results,
)
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.spec.roles import Role

RUN = RunInfo(
    started=datetime(2025, 3, 1, 12, 0, tzinfo=UTC),
    finished=datetime(2025, 3, 1, 12, 9, tzinfo=UTC),
    roles=(Role.STATION,),
    sut="A station",
    harness_version="0.1.0",
    spec_edition="Edition 3",
)
VALIDATION = Validation(
    step="3>Booted 1",
    message="BootNotificationRequest",
    path="$.reason",
    expected="PowerUp",
    actual={"nested": [1, 8.1, None]},
    ok=False,
    severity=Severity.WARNING,
    requirement="B01.FR.01",
    stage=Stage.RULE,
    note="see there",
)


def case(case_id: str = "TC_B_01_CS", **changes: object) -> CaseResult:
    whole = CaseResult(
        id=case_id,
        title="Cold Boot",
        block="B_Provisioning",
        sut=Role(case_id.rsplit("_", 1)[1]),
        verdict=Verdict.FAIL,
        reason="because",
        duration_s=1.25,
        requirements=("B01.FR.01",),
        validations=(VALIDATION,),
        transcript="transcripts/x.jsonl",
        clock="simulated",
        real_s=0.5,
        cpu_s=0.25,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # the tests name fields by keyword


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_case(tmp_path, case())
    results = collect(tmp_path, RUN)
    write_results(tmp_path, results)
    assert results.cases == (case(),)
    assert read_results(tmp_path) == results


def test_a_run_says_which_clock_it_was_and_what_its_cases_took(tmp_path: Path) -> None:
    for case_id in ("TC_B_01_CS", "TC_B_02_CS"):
        write_case(tmp_path, case(case_id))
    data = json.loads(write_results(tmp_path, collect(tmp_path, RUN)).read_text())
    assert data["schema_version"] == 8
    took = {name: data["run"][name] for name in ("clock", "duration_s", "real_s", "cpu_s")}
    assert took == {"clock": "simulated", "duration_s": 2.5, "real_s": 1.0, "cpu_s": 0.5}
    write_case(tmp_path, case("TC_B_02_CS", clock="real"))
    assert collect(tmp_path, RUN).clock == "mixed"


def test_results_of_before_there_were_clocks_are_of_the_real_one(tmp_path: Path) -> None:
    write_case(tmp_path, case())
    path = write_results(tmp_path, collect(tmp_path, RUN))
    data = json.loads(path.read_text())
    del data["schema_version"]
    for holder in (data["run"], *data["cases"]):
        for name in ("clock", "real_s", "cpu_s"):
            del holder[name]
    path.write_text(json.dumps(data))
    results = read_results(tmp_path)
    assert (results.clock, results.spent.real_s, results.spent.cpu_s) == ("real", 1.25, 0.0)


def test_cases_are_merged_in_catalogue_order(tmp_path: Path) -> None:
    ids = ["TC_B_10_CS", "TC_A_01_CSMS", "TC_B_9_CS", "TC_A_11_CS", "TC_C_02_CS"]
    for case_id in ids:
        write_case(tmp_path, case(case_id))
    merged = [each.id for each in collect(tmp_path, RUN).cases]
    assert merged == ["TC_A_11_CS", "TC_B_9_CS", "TC_B_10_CS", "TC_C_02_CS", "TC_A_01_CSMS"]


def test_order_is_that_of_the_station_cases_first() -> None:
    assert case_order("TC_P_99_CS") < case_order("TC_A_01_CSMS")


def test_torn_and_foreign_files_are_reported_and_left_out(tmp_path: Path) -> None:
    whole = write_case(tmp_path, case("TC_B_02_CS"))
    text = whole.read_text()
    (tmp_path / "cases" / "TC_B_03_CS.json").write_text(text[: len(text) // 2])
    (tmp_path / "cases" / "TC_B_04_CS.json").write_text(text)
    (tmp_path / "cases" / "TC_B_05_CS.json").write_text('{"id": "TC_B_05_CS"}')
    (tmp_path / "cases" / "TC_B_06_CS.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "cases" / ".TC_B_07_CS.json.1.tmp").write_text("{")
    results = collect(tmp_path, RUN)
    assert [each.id for each in results.cases] == ["TC_B_02_CS"]
    assert len(results.problems) == 4
    for number, problem in zip((3, 4, 5, 6), results.problems, strict=True):
        assert f"TC_B_0{number}_CS.json: " in problem
    write_results(tmp_path, results)
    assert read_results(tmp_path).problems == results.problems


def _write_often(directory: Path, reason: str) -> None:
    for _ in range(40):
        write_case(directory, case(reason=reason))


def test_several_processes_may_write(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    reasons = ["a" * 20000, "b" * 100]
    writers = [context.Process(target=_write_often, args=(tmp_path, reason)) for reason in reasons]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert collect(tmp_path, RUN).problems == ()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert collect(tmp_path, RUN).cases[0].reason in reasons
    assert [path.name for path in (tmp_path / "cases").iterdir()] == ["TC_B_01_CS.json"]


def test_values_that_json_cannot_hold_are_written_as_text(tmp_path: Path) -> None:
    odd = {
        "nan": math.nan,
        "inf": -math.inf,
        "exact": Decimal("8.1"),
        "path": Path("x"),
        "s": "\ud800",
    }
    write_case(tmp_path, case(validations=(replace(VALIDATION, actual=odd),)))
    actual = collect(tmp_path, RUN).cases[0].validations[0].actual
    assert actual == {"nan": "nan", "inf": "-inf", "exact": 8.1, "path": "x", "s": "\ud800"}


@pytest.mark.parametrize("case_id", ["../TC_B_01_CS", "TC_B_01", "", "TC_B_01_CS\n"])
def test_an_id_that_is_none_is_refused(tmp_path: Path, case_id: str) -> None:
    with pytest.raises(ResultsError, match=r"\$\.id"):
        write_case(tmp_path, replace(case(), id=case_id))
    assert list(tmp_path.rglob("*")) == []


def test_an_unfinished_or_partial_run_is_not_complete() -> None:
    assert RUN.complete
    assert not replace(RUN, finished=None).complete
    assert not replace(RUN, selection="-k TC_B").complete


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no results are there"),
        ("{", "is no JSON, or was cut off: Expecting"),
        ("[]", "not of type 'object'"),
        ('{"run": {}, "cases": []}', "started"),
    ],
)
def test_bad_results_end_in_a_clear_message(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "results.json").write_text(text)
    with pytest.raises(ResultsError, match=message) as error:
        read_results(tmp_path)
    assert str(tmp_path / "results.json") in str(error.value)


def test_a_verdict_of_no_standing_is_refused(tmp_path: Path) -> None:
    path = write_results(tmp_path, collect(tmp_path, RUN))
    data = json.loads(path.read_text())
    write_case(tmp_path, case())
    data["cases"] = [json.loads((tmp_path / "cases" / "TC_B_01_CS.json").read_text())]
    path.write_text(json.dumps(data))
    assert len(read_results(tmp_path).cases) == 1
    data["cases"][0]["verdict"] = "PASSED"
    path.write_text(json.dumps(data))
    with pytest.raises(ResultsError, match="PASSED"):
        read_results(tmp_path)


def test_a_case_with_two_results_is_refused(tmp_path: Path) -> None:
    write_case(tmp_path, case())
    path = write_results(tmp_path, collect(tmp_path, RUN))
    data = json.loads(path.read_text())
    data["cases"] *= 2
    path.write_text(json.dumps(data))
    with pytest.raises(ResultsError, match="more than one result for TC_B_01_CS"):
        read_results(tmp_path)


def test_a_transcript_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("out.jsonl", "in/in.jsonl"):
        (tmp_path / name).write_text("{}")
    inside = tmp_path / "in"
    assert transcript_path(inside, case(transcript="in.jsonl")) == inside / "in.jsonl"
    assert transcript_path(inside, case(transcript="../out.jsonl")) is None
    assert transcript_path(inside, case(transcript="")) is None


SECRET = 'pa"ss\\wörd/16+chars'


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"before {SECRET} after",
        json.dumps({"value": SECRET}),
        json.dumps({"value": SECRET}, ensure_ascii=False),
        "ws://CS001:pa%22ss%5Cw%C3%B6rd%2F16%2Bchars@127.0.0.1",
        *(
            "Authorization: Basic " + base64.b64encode(f"{who}:{SECRET}".encode()).decode()
            for who in ("CS001", "CS01", "CS1", "")
        ),
        base64.urlsafe_b64encode(f"CS001:{SECRET}?".encode()).decode(),
    ],
)
def test_no_form_of_a_secret_survives(text: str) -> None:
    masked = masker([SECRET])(text)
    assert "***" in masked
    for left in ("rd/16", "rd%2F16", "16+ch", base64.b64encode(SECRET[5:].encode()).decode()[4:12]):
        assert left not in masked


def test_basic_credentials_go_whole() -> None:
    header = base64.b64encode(b"CS001:0123456789abcdef").decode()
    masked = masker(["0123456789abcdef"])(f'{{"Authorization": "Basic {header}"}}')
    assert masked == '{"Authorization": "Basic ***"}'


KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nIIab+/==\n-----END EC PRIVATE KEY-----"


@pytest.mark.parametrize("escaped", range(3))
def test_private_keys_are_masked_however_often_json_escaped_them(escaped: int) -> None:
    text = KEY
    for _ in range(escaped):
        text = json.dumps({"key": text})
    masked = masker([])(text)
    assert masked == text.replace(text[text.index("-----B") : text.rindex("-----") + 5], "***")


def test_a_torn_private_key_is_masked_and_nothing_after_it() -> None:
    masked = masker([])(json.dumps({"key": KEY[:45], "next": 1}))
    assert json.loads(masked) == {"key": "***", "next": 1}


def test_certificates_and_innocent_text_stay() -> None:
    text = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----"
    assert masker(["", "0123456789abcdef"])(text) == text


def test_masking_a_long_run_of_base64_takes_no_time() -> None:
    blob = "A" * 2_000_000
    assert masker(["0123456789abcdef"])(blob) == blob


def test_everything_written_is_masked(tmp_path: Path) -> None:
    secret = "0123456789abcdef"
    leaky = replace(
        VALIDATION,
        message=f"m {secret}",
        path=f"$.{secret}",
        expected={secret: [secret]},
        actual=KEY,
        note=secret,
    )
    mask = masker([secret])
    write_case(tmp_path, case(reason=f"got {secret}", validations=(leaky,)), mask)
    results = replace(collect(tmp_path, replace(RUN, sut=f"x {secret}")), problems=(secret,))
    write_results(tmp_path, results, mask)
    for path in (tmp_path / "cases" / "TC_B_01_CS.json", tmp_path / "results.json"):
        text = path.read_text()
        assert secret not in text
        assert "MHcC" not in text
        assert "***" in text


def test_a_secret_equal_to_a_verdict_does_not_spoil_the_file(tmp_path: Path) -> None:
    write_case(tmp_path, case(), masker(["FAIL", "warning", "B01.FR.01"]))
    assert collect(tmp_path, RUN).cases == (case(),)
