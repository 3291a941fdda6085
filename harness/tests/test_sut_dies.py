"""A system that is not there, goes away, or says yes to everything: bounded, told, and kept."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, StopKind
from harness.operators.hands import Buttons
from harness.peers.fake_station import FakeStation
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests import plugin_runs
from harness.tests.bad_suts import Csms
from harness.tests.plugin_runs import CASE, ROOT, Outcome

#: The stubs answer within a millisecond, so that nothing here needs more.
SHORT = (
    "{response: 0.15, event: 0.05, boot: 0.1, connect: 0.3, silence: 0.05, settle: 0.05,"
    f" operator: 1, case: {CASE}}}"
)

# -- nobody there: the same two cases on each


@pytest.fixture(scope="module")
def missing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    def on_station(folder: Path, kind: str) -> Outcome:
        cases = [(case_id, "well") for case_id in ("TC_B_01_CS", "TC_B_06_CS")]
        module = plugin_runs.write_cases(folder, "fake_csms", cases)
        sut = plugin_runs.station_yaml(folder, kind, SHORT)
        return plugin_runs.run(folder, sut, str(module))

    def on_csms(folder: Path, kind: str, bound: socket.socket, *, serves: bool) -> Outcome:
        cases = [(case_id, "well") for case_id in ("TC_B_01_CSMS", "TC_B_06_CSMS")]
        module = plugin_runs.write_cases(folder, "fake_station", cases)
        sut = plugin_runs.csms_yaml(folder, kind, bound, SHORT, serves=serves)
        return plugin_runs.run(folder, sut, str(module), bound=bound)

    def folder() -> Path:
        return tmp_path_factory.mktemp("missing")

    kinds = ("absent", "no WebSocket", "stranger", "mute", "garbled")
    with ThreadPoolExecutor(7) as pool, plugin_runs.listening() as bound, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        runs = {kind: pool.submit(on_station, folder(), kind) for kind in kinds}
        runs["mute CSMS"] = pool.submit(on_csms, folder(), "mute", bound, serves=True)
        runs["no CSMS"] = pool.submit(on_csms, folder(), "{}", deaf, serves=False)
        return {kind: run.result() for kind, run in runs.items()}


@pytest.mark.parametrize(
    ("kind", "verdict", "reason"),
    [
        ("absent", "INCONCLUSIVE", "none within 0.3 s; no connection (never opened)"),
        ("no WebSocket", "INCONCLUSIVE", "last attempt: no WebSocket opening handshake"),
        ("stranger", "INCONCLUSIVE", "last attempt: path '/STRANGER' does not end in the identity"),
        ("mute", "FAIL", "DataTransferResponse: expected an answer, got none within 0.15 s"),
        ("garbled", "FAIL", "DataTransferResponse $.status: expected Accepted, got []"),
        (
            "mute CSMS",
            "FAIL",
            "BootNotificationRequest: expected an answer within 0.15 s, got none",
        ),
        ("no CSMS", "INCONCLUSIVE", "could not be reached at ws://127.0.0.1:"),
    ],
)
def test_who_is_not_there(
    missing: dict[str, Outcome], kind: str, verdict: str, reason: str
) -> None:
    outcome = missing[kind]
    assert len(outcome.cases) == 2
    for case in outcome.cases.values():
        assert case["verdict"] == verdict, case["reason"]
        assert reason in case["reason"]
        assert case["duration_s"] < CASE
    assert outcome.code == 1


# -- a CSMS that does not open a connection

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _says(text: str) -> Handle:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text.encode())
        writer.close()

    return handle


async def _says_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _hangs_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("handle", "reason"),
    [
        (_says_nothing, "timed out"),
        (_hangs_up, "did not receive a valid HTTP response"),
        (_says("nonsense\r\n\r\n"), "did not receive a valid HTTP response"),
        (_says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "HTTP 200"),
        (_says("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"), "HTTP 401"),
        (_says("HTTP/1.1 301 X\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), ""),
    ],
)
async def test_a_csms_that_opens_nothing_ends_the_preparations(handle: Handle, reason: str) -> None:
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    station = _fake_station(f"ws://127.0.0.1:{port}")
    began = time.monotonic()
    with pytest.raises(CaseStopped, match="the CSMS under test could not be reached") as caught:
        await station.connect()
    server.close()
    assert time.monotonic() - began < Limits().connect / 10
    assert caught.value.stop.kind is StopKind.BEFORE
    assert reason in caught.value.stop.reason


def _fake_station(url: str) -> FakeStation:
    sut = Sut("C", Role.CSMS, url=url, security_profile=0, limits=Limits(connect=0.5))
    log = Transcript("x")
    return FakeStation(sut, log, Buttons(Csms(), log, sut))


@pytest.mark.asyncio
async def test_a_csms_without_tls_ends_the_preparations() -> None:
    server = await asyncio.start_server(_says("HTTP/1.1 400 \r\n\r\n"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    station = _fake_station(f"wss://127.0.0.1:{port}")
    with pytest.raises(CaseStopped, match="could not be reached"):
        await asyncio.wait_for(station.connect(), 12)
    server.close()


# -- a description that cannot be


def test_a_wrong_description_ends_before_any_case(tmp_path: Path) -> None:
    sut = plugin_runs.station_yaml(tmp_path, "proper")
    text = sut.read_text(encoding="utf-8").replace("role: CS", "roll: CS")
    sut.write_text(text.replace("boot: 0.6", "boot: soon"), encoding="utf-8")
    module = plugin_runs.write_cases(tmp_path, "fake_csms", [("TC_B_01_CS", "well")])
    outcome = plugin_runs.run(tmp_path, sut, str(module))
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    assert f"{sut}:2: " in outcome.output
    assert "did you mean role" in outcome.output
    assert "limits.boot" in outcome.output
    assert not (tmp_path / "results").exists()
    assert "Traceback" not in outcome.output


def test_an_operator_that_cannot_be_made_ends_before_any_case(tmp_path: Path) -> None:
    sut = plugin_runs.station_yaml(tmp_path, "proper")
    text = sut.read_text(encoding="utf-8").replace("bad_suts:Station", "bad_suts:Nobody")
    sut.write_text(text, encoding="utf-8")
    module = plugin_runs.write_cases(tmp_path, "fake_csms", [("TC_B_01_CS", "well")])
    outcome = plugin_runs.run(tmp_path, sut, str(module))
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    assert "bad_suts:Nobody': there is no Nobody" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_port_that_is_taken_ends_before_any_case(tmp_path: Path) -> None:
    module = plugin_runs.write_cases(tmp_path, "fake_csms", [("TC_B_01_CS", "well")])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        sut = plugin_runs.station_yaml(tmp_path, "absent", port=port)
        outcome = plugin_runs.run(tmp_path, sut, str(module))
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    assert "nothing was run" in outcome.output
    assert "address already in use" in outcome.output
    assert str(port) in outcome.output
    assert "Traceback" not in outcome.output


# -- a run that is killed


def test_a_killed_run_keeps_what_it_had_and_resumes(tmp_path: Path) -> None:
    manners = [("TC_B_01_CS", "well"), ("TC_B_06_CS", "text"), ("TC_B_09_CS", "silence")]
    module = plugin_runs.write_cases(tmp_path, "fake_csms", manners)
    patient = plugin_runs.LIMITS.replace("response: 0.6", "response: 6").replace(
        "case: 12", "case: 60"
    )
    sut = plugin_runs.station_yaml(tmp_path, "proper", patient)
    cases = tmp_path / "results" / "cases"
    transcript = tmp_path / "results" / "transcripts" / "TC_B_09_CS.jsonl"
    with subprocess.Popen(
        plugin_runs.command(tmp_path, sut, str(module)),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 20
        while not (transcript.exists() and "silence" in transcript.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline
            time.sleep(0.02)  # watching another process
        process.send_signal(signal.SIGKILL)
    finished = {path.stem: path.read_bytes() for path in cases.glob("*.json")}
    assert {name: json.loads(text)["verdict"] for name, text in finished.items()} == {
        "TC_B_01_CS": "PASS",
        "TC_B_06_CS": "FAIL",
    }

    outcome = plugin_runs.run(tmp_path, sut, str(module), "--resume")
    assert {case_id: case["verdict"] for case_id, case in outcome.cases.items()} == {
        "TC_B_01_CS": "PASS",
        "TC_B_06_CS": "FAIL",
        "TC_B_09_CS": "FAIL",
    }
    assert "1 failed" in outcome.output
    assert "2 deselected" in outcome.output
    assert finished == {name: (cases / f"{name}.json").read_bytes() for name in finished}


# -- systems that say yes to everything and do nothing


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Every case there is, on each stub."""

    def on_station(folder: Path, kind: str) -> Outcome:
        sut = plugin_runs.station_yaml(folder, kind, SHORT)
        return plugin_runs.run(folder, sut, str(ROOT / "cases_cs"))

    def on_csms(folder: Path, kind: str) -> Outcome:
        with plugin_runs.listening() as bound:
            sut = plugin_runs.csms_yaml(folder, kind, bound, SHORT)
            cases = str(ROOT / "cases_csms")
            return plugin_runs.run(folder, sut, cases, bound=bound)

    wanted = {"accepts anything": on_station, "never boots": on_station, "{}": on_csms}
    with ThreadPoolExecutor() as pool:
        runs = {
            kind: pool.submit(play, tmp_path_factory.mktemp("stub"), kind)
            for kind, play in wanted.items()
        }
        return {kind: run.result() for kind, run in runs.items()}


#: What its page asks for is the answer alone, and OCPP shows no effect of it.
_ANSWER_ALONE = {"TC_B_25_CS", "TC_G_09_CS", "TC_G_12_CS", "TC_G_15_CS"}


@pytest.mark.parametrize("kind", ["accepts anything", "never boots", "{}"])
def test_no_case_passes_on_a_system_that_does_nothing(stubs: dict[str, Outcome], kind: str) -> None:
    cases = stubs[kind].cases
    judged = {i: c for i, c in cases.items() if c["verdict"] in ("FAIL", "INCONCLUSIVE")}
    others = {i: c["verdict"] for i, c in cases.items() if i not in judged}
    told = {i: verdict for i, verdict in others.items() if i not in _ANSWER_ALONE}
    assert set(told.values()) <= {"NOT APPLICABLE"}, told
    assert len(judged) > 15
    assert all(case["reason"] for case in judged.values())
    assert "Traceback" not in stubs[kind].output
