"""The command line, as its users see it: exit codes, output, files."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from harness import cli
from harness.cli.commands import COMMANDS
from harness.evidence.results import CASES, RESULTS, Results, read_results, run_json, write_results
from harness.evidence.verdict import Verdict
from harness.run.implemented import implemented
from harness.run.run import RUN_FILE
from harness.spec import catalogue
from harness.tests.report_sample import RUN, write_sample

PASSWORD = "0123456789abcdefgh"
HARNESS = [sys.executable, "-m", "harness"]
#: For what takes a second on an idle machine.
PATIENCE = 180.0


def command(
    *arguments: str | Path, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [*HARNESS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


# -- the embedded systems alone


class Running:
    """A command that goes on, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def until(self, beginning: str) -> str:
        """The first line from now on that begins so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith(beginning):
                return line.rstrip()
        _, errors = self.process.communicate(timeout=PATIENCE)
        raise AssertionError(f"no line {beginning!r} in {self.said}; errors: {errors}")

    def value(self, label: str) -> str:
        """What was said after ``label``."""
        return next(line.split(": ", 1)[1] for line in self.said if line.startswith(label))

    def stopped_by(self, number: signal.Signals) -> tuple[int, str]:
        """Exit code and standard error after that signal."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def running(*arguments: str | Path, **environment: str) -> Iterator[Running]:
    process = subprocess.Popen(
        [*HARNESS, *map(str, arguments)],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


def csms(profile: int, certs: Path) -> list[str | Path]:
    return ["csms", "--port", "0", "--profile", str(profile), "--certs", certs]


@pytest.mark.parametrize("profile", range(4))
def test_station_charges_at_csms(profile: int, tmp_path: Path) -> None:
    with running(*csms(profile, tmp_path), OCPP_PASSWORD=PASSWORD) as other:
        url = other.until("stations CS001 may connect to").split()[-1]
        arguments = ["station", "--csms", url, "--profile", str(profile), "--charge"]
        if profile >= 2:
            arguments += ["--ca", other.value("root certificate")]
        if profile == 3:
            arguments += ["--cert", other.value("client certificate of CS001")]
            arguments += ["--key", other.value("its key")]
        station = command(*arguments, OCPP_PASSWORD=PASSWORD)
        assert station.returncode == 0, station.stdout + station.stderr
        assert "-> BootNotification: Accepted" in station.stdout
        assert station.stdout.splitlines()[-1].startswith("done:")
        assert other.stopped_by(signal.SIGTERM) == (0, "")


def test_csms_makes_a_password_and_keys_nobody_else_reads(tmp_path: Path) -> None:
    with running(*csms(2, tmp_path), OCPP_PASSWORD="") as other:
        url = other.until("stations CS001 may connect to").split()[-1]
        root = other.value("root certificate")
        password = other.value("password of the stations")
        assert len(password) >= 16
        keys = list(tmp_path.rglob("*.key"))
        assert keys
        assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
        answer = command("station", "--csms", url, "--ca", root, "--charge", OCPP_PASSWORD=password)
        assert answer.returncode == 0, answer.stderr


def test_refused_token_is_told(tmp_path: Path) -> None:
    with running(*csms(0, tmp_path), OCPP_PASSWORD="") as other:
        url = other.until("stations CS001 may connect to").split()[-1]
        answer = command(
            "station", "--csms", url, "--charge", "--token", "UNKNOWN", OCPP_PASSWORD=""
        )
    assert answer.returncode == 1
    assert "of the token (AuthorizeResponse)" in answer.stderr


def test_station_says_why_the_csms_does_not_take_it(tmp_path: Path) -> None:
    with running(*csms(1, tmp_path), OCPP_PASSWORD=PASSWORD) as other:
        url = other.until("stations CS001 may connect to").split()[-1]
        options = ("station", "--csms", url, "--charge", "--within", "2")
        answer = command(*options, OCPP_PASSWORD=PASSWORD[::-1])
        assert answer.returncode == 1
        assert answer.stdout.count("no connection") == 1
        assert "HTTP 401" in answer.stdout
        assert "no connection" not in answer.stderr
        assert other.until("refused") == "refused /ocpp/CS001: HTTP 401 Unauthorized"


def test_station_without_csms_gives_up_in_time() -> None:
    answer = command(
        "station", "--csms", "ws://127.0.0.1:1", "--charge", "--within", "0.5", OCPP_PASSWORD=""
    )
    assert answer.returncode == 1
    assert "accepted: not within 0.5 s; the last messages were: nothing" in answer.stderr


@pytest.mark.parametrize(
    ("number", "arguments", "code"),
    [(signal.SIGINT, [], 0), (signal.SIGTERM, [], 0), (signal.SIGTERM, ["--charge"], 130)],
)
def test_station_stops_cleanly(
    number: signal.Signals, arguments: list[str], code: int, tmp_path: Path
) -> None:
    with running(*csms(0, tmp_path), "--identity", "other", OCPP_PASSWORD="") as other:
        url = other.until("stations other may connect to").split()[-1]
        identity = "unknown" if arguments else "other"
        options = ["station", "--csms", url, "--identity", identity, *arguments]
        with running("--verbose", *options, OCPP_PASSWORD="") as station:
            if arguments:  # a station that the CSMS does not know never gets to charging
                assert station.process.stderr is not None
                assert any("no connection" in line for line in station.process.stderr)
            else:
                station.until("-> StatusNotification")
            returned, errors = station.stopped_by(number)
    assert returned == code
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--csms", "ws://127.0.0.1:1", "--profile", "1"], "OCPP_PASSWORD"),
        (["--csms", "ws://127.0.0.1:1", "--profile", "2", "--password", PASSWORD], "wss://"),
        (["--csms", "wss://127.0.0.1:1", "--password", PASSWORD], "--ca"),
        (["--csms", "wss://127.0.0.1:1", "--profile", "3", "--ca", "pyproject.toml"], "--cert"),
        (["--csms", "wss://127.0.0.1:1", "--password", PASSWORD, "--ca", "no.pem"], "no.pem"),
    ],
)
def test_station_says_what_is_missing(arguments: list[str], wanted: str) -> None:
    answer = command("station", *arguments, OCPP_PASSWORD="")
    assert answer.returncode == 4
    assert wanted in answer.stderr


# -- results


@pytest.fixture
def whole(tmp_path: Path) -> Results:
    """What a folder of results holds that was not disturbed."""
    return write_sample(tmp_path / "results")


@pytest.fixture
def killed(tmp_path: Path, whole: Results) -> Path:
    """The folder as a killed run leaves it: cases and run.json, results.json of an older state."""
    folder = tmp_path / "results"
    unfinished = replace(whole.run, finished=None)
    begun = {"started": whole.run.started.isoformat(), "run": run_json(unfinished)}
    (folder / RUN_FILE).write_text(json.dumps(begun), encoding="utf-8")
    write_results(folder, replace(whole, run=unfinished, cases=whole.cases[:1]))
    return folder


@pytest.mark.parametrize("left", ["stale", "missing", "torn", "of an earlier run"])
def test_report_brings_all_cases_back(killed: Path, whole: Results, left: str) -> None:
    if left == "missing":
        (killed / RESULTS).unlink()
    elif left == "torn":
        (killed / RESULTS).write_text('{"run": {', encoding="utf-8")
    elif left == "of an earlier run":
        earlier = RUN.started.replace(year=RUN.started.year - 1)
        write_results(killed, replace(whole, run=replace(RUN, started=earlier)))
    answer = command("report", killed)
    assert answer.returncode == 0, answer.stderr
    again = read_results(killed)
    assert again.cases == whole.cases
    assert again.run == replace(RUN, finished=None)
    for name in ("results.md", "results.html", "junit.xml"):
        text = (killed / name).read_text(encoding="utf-8")
        assert all(case.id in text for case in again.cases), name
    assert "the run did not come to its end" in answer.stdout


def test_report_of_a_copy_without_cases(tmp_path: Path) -> None:
    whole = write_sample(tmp_path)
    shutil.rmtree(tmp_path / CASES)
    assert command("report", tmp_path).returncode == 0
    assert read_results(tmp_path).cases == whole.cases


def test_report_without_results(tmp_path: Path) -> None:
    answer = command("report", tmp_path)
    assert answer.returncode == 4
    assert str(tmp_path / RESULTS) in answer.stderr
    assert not any(tmp_path.iterdir())


def known(path: Path, *cases: str, expires: str = "2999-12-31") -> Path:
    entries = [
        {
            "id": case,
            "reason": "is being mended",
            "link": "https://example.org/1",
            "expires": expires,
        }
        for case in cases
    ]
    path.write_text(json.dumps(entries), encoding="utf-8")  # JSON is YAML
    return path


def test_gate_judges(tmp_path: Path, whole: Results) -> None:
    folder = tmp_path / "results"
    red = [case.id for case in whole.cases if not case.verdict.green]
    green = next(case.id for case in whole.cases if case.verdict is Verdict.PASS)
    assert red

    unlisted = command("gate", folder)
    assert (unlisted.returncode, unlisted.stderr) == (1, "")
    assert unlisted.stdout.startswith("gate: RED")
    assert all(case in unlisted.stdout for case in red)
    assert command("gate", folder, "--known", known(tmp_path / "a", *red)).returncode == 0
    stale = command("gate", folder, "--known", known(tmp_path / "b", *red, green))
    assert stale.returncode == 1
    assert f"{green} is listed as known" in stale.stdout
    expired = known(tmp_path / "c", *red, expires="2000-01-01")
    assert command("gate", folder, "--known", expired).returncode == 1


def test_gate_does_not_let_a_killed_run_through(
    killed: Path, tmp_path: Path, whole: Results
) -> None:
    red = [case.id for case in whole.cases if not case.verdict.green]
    answer = command("gate", killed, "--known", known(tmp_path / "known.yaml", *red))
    assert answer.returncode == 1
    assert "the run did not come to its end" in answer.stdout


def test_gate_names_the_line_of_a_mistake(tmp_path: Path) -> None:
    write_sample(tmp_path)
    listing = tmp_path / "known.yaml"
    listing.write_text("- id: TC_B_01_CS\n  reason: because\n", encoding="utf-8")
    answer = command("gate", tmp_path, "--known", listing)
    assert answer.returncode == 4
    assert f"{listing}:1:" in answer.stderr


# -- what there is


def test_cases_lists_the_catalogue() -> None:
    answer = command("cases")
    lines = answer.stdout.splitlines()
    rows = catalogue.load()
    assert [line.split()[0] for line in lines[:-1]] == list(rows)
    marked = {line.split()[0] for line in lines[:-1] if line.split()[1] == "implemented"}
    assert marked == implemented()
    assert lines[-1] == f"{len(marked)} of {len(rows)} cases implemented"


def test_cases_of_one_block_and_role() -> None:
    answer = command("cases", "--block", "b", "--role", "CSMS", "--implemented")
    listed = [line.split()[0] for line in answer.stdout.splitlines()[:-1]]
    assert "TC_B_01_CSMS" in listed
    assert all(case.startswith("TC_B_") and case.endswith("_CSMS") for case in listed)
    assert set(listed) <= implemented()


def test_every_module_of_a_case_is_in_the_catalogue() -> None:
    assert implemented() <= catalogue.load().keys()


def test_output_may_be_cut_off() -> None:
    """As by ``| head -1``."""
    with running("cases") as listing:
        listing.until("TC_A_01_CS")
        assert listing.process.stdout is not None
        listing.process.stdout.close()
        listing.process.stdout = None
        _, errors = listing.process.communicate(timeout=PATIENCE)
    assert "Traceback" not in errors


def test_every_command_is_registered() -> None:
    names = [each.name for each in COMMANDS]
    assert len(names) == len(set(names))
    modules = (each.name for each in pkgutil.iter_modules(cli.__path__, "harness.cli."))
    written = [getattr(importlib.import_module(name), "COMMAND", None) for name in modules]
    missing = {each.name for each in written if each} ^ set(names)
    assert not missing, f"COMMANDS (harness/cli/commands.py) and the modules differ in {missing}"
