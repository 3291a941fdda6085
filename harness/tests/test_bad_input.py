"""A system that sends what no system may send is judged for it, and the run goes on."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.spec.catalogue import load as catalogue
from harness.sut import pics
from harness.sut.file import load
from harness.tests import plugin_runs
from harness.tests.plugin_runs import Outcome

PASS = ("PASS", "^$")


def fail(pattern: str) -> tuple[str, str]:
    return ("FAIL", pattern)


#: Manner: verdict and what its reason says. Those with a connection that ends come last but one.
EXPECTED: dict[str, tuple[str, str]] = {
    "well": PASS,
    "text": fail("an OCPP-J frame, got not valid JSON.*hello"),
    "object": fail("a JSON object where OCPP-J has an array"),
    "number": fail("a JSON number where OCPP-J has an array"),
    "short array": fail("a CALL has 4 elements, this one 2"),
    "empty array": fail("unknown message type nothing"),
    "long array": fail("a CALL has 4 elements, this one 5"),
    "unknown type": fail("unknown message type 9; it must be 2, 3 or 4"),
    "type as text": fail("unknown message type '2'"),
    "id as number": fail("the message id is a number, not a string"),
    "payload as array": fail("the payload is a array, not an object"),
    "binary": fail("a binary WebSocket message; OCPP-J uses text"),
    "10 MB of text": fail("not valid JSON.*xxx"),
    "10 MB in a field": PASS,
    "400000 nulls": PASS,
    "10000 arrays": fail("nested too deeply"),
    "10000 arrays in a field": fail("nested too deeply"),
    "300 arrays in a field": fail("nested too deeply"),
    "same id twice": fail("messageId: expected a new id, got again"),
    "long id": fail("messageId: expected 36 characters, got iiii"),
    "foreign id": fail("expected the id of an open CALL, got nobody asked"),
    "foreign error": fail("expected the id of an open CALL, got nobody asked"),
    "answer twice": fail("expected the id of an open CALL"),
    "overlap": fail("one outstanding CALL, got sent while HeartbeatRequest had no answer yet"),
    "unknown action": fail("expected an OCPP 2.0.1 message, got Frobnicate"),
    "not a number": fail("not valid JSON: NaN is not JSON"),
    "infinity": fail("not valid JSON: -Infinity is not JSON"),
    "too many digits": fail("not valid JSON: .*digits"),
    "half a character in the id": PASS,
    "huge exponent": PASS,
    "tiny exponent": PASS,
    "4000 digits": PASS,
    "odd characters": PASS,
    "a key twice": PASS,
    "fields of the wrong kind": fail(r"expected .*, got .*Part 4, 4\.1\.7"),
    "silence": fail(r"DataTransferResponse: expected an answer, got none within 0\.6 s"),
    "array for an answer": fail("expected an answer, got none within|the payload is a array"),
    "error for an answer": fail("expected a CALLRESULT, got CALLERROR InternalError out of order"),
    "wrong answer": fail(r"\$\.status: expected Accepted, got 5"),
    "empty answer": fail(r"\$\.status: expected Accepted, got absent"),
    "close": fail(r"the connection was closed by the system under test \(1001 had enough\)"),
    "abort": fail(r"the connection was lost without a closing handshake"),
    "not UTF-8": fail(r"the connection was closed by the harness \(1007 invalid start byte"),
    "no WebSocket": fail(r"the connection was closed by the harness \(1002 invalid opcode"),
    "17 MB": fail(r"the connection was closed by the harness \(1009 frame exceeds limit"),
    "well again": PASS,
}
#: Only a CSMS may send these, or only a station: the other one fails for that, not for the form.
ONLY_STATION = {"same id twice", "long id", "overlap", "half a character in the id", "binary"}
ONLY_STATION |= {"fields of the wrong kind"}


@dataclass(frozen=True)
class Played:
    """A run of one case for each manner."""

    outcome: Outcome
    ids: dict[str, str]
    folder: Path


def play(
    folder: Path, peer: str, sut: Path, manners: list[str], bound: socket.socket | None = None
) -> Played:
    described = load(sut)
    rows = [r for r in catalogue().values() if r.role is described.role]
    able = [r.id for r in rows if not pics.applicability(r, described)]
    ids = dict(zip(manners, able, strict=False))
    assert len(ids) == len(manners)
    module = plugin_runs.write_cases(
        folder, peer, [(i, name.removesuffix(" again")) for name, i in ids.items()]
    )
    return Played(plugin_runs.run(folder, sut, str(module), bound=bound), ids, folder)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Both runs, side by side: they wait more than they work."""
    ours, theirs = tmp_path_factory.mktemp("station"), tmp_path_factory.mktemp("csms")
    manners = [name for name in EXPECTED if name not in ONLY_STATION]
    with ThreadPoolExecutor() as pool, plugin_runs.listening() as bound:
        station = plugin_runs.station_yaml(ours, "proper")
        csms = plugin_runs.csms_yaml(theirs, "proper", bound)
        runs = {
            "station": pool.submit(play, ours, "fake_csms", station, list(EXPECTED)),
            "csms": pool.submit(play, theirs, "fake_station", csms, manners, bound),
        }
        return {role: run.result() for role, run in runs.items()}


def judge(played: Played, manner: str) -> None:
    case = played.outcome.cases[played.ids[manner]]
    verdict, reason = EXPECTED[manner]
    assert case["verdict"] == verdict, case["reason"]
    assert re.search(reason, case["reason"], re.DOTALL), case["reason"]
    assert len(case["reason"]) < 2_000
    assert case["duration_s"] < plugin_runs.CASE


@pytest.mark.parametrize("manner", EXPECTED)
def test_a_station_is_judged_for(played: dict[str, Played], manner: str) -> None:
    judge(played["station"], manner)


@pytest.mark.parametrize("manner", [name for name in EXPECTED if name not in ONLY_STATION])
def test_a_csms_is_judged_for(played: dict[str, Played], manner: str) -> None:
    judge(played["csms"], manner)


@pytest.mark.parametrize("role", ["station", "csms"])
def test_every_report_is_written(played: dict[str, Played], role: str) -> None:
    run = played[role]
    results = run.folder / "results"
    assert run.outcome.code == 1
    assert set(run.outcome.cases) == set(run.ids.values())
    assert "Traceback" not in run.outcome.output
    page = (results / "results.html").read_text(encoding="utf-8")
    assert all(case_id in page for case_id in run.ids.values())
    for case_id in run.ids.values():
        lines = (results / "transcripts" / f"{case_id}.jsonl").read_text(encoding="utf-8")
        assert all(
            json.loads(line, parse_constant=pytest.fail)["at"] for line in lines.splitlines()
        )
