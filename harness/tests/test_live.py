"""What goes on in a run is told while it does: the facts, and the terminal that shows them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.evidence.transcript import Transcript
from harness.live import facts
from harness.live.feed import Feed
from harness.live.so_far import SoFar, number_of, steps_of
from harness.operators import Hands, OperatorFailed, Unsupported
from harness.peers.fake_csms import FakeCSMS
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.boards import Stream
from harness.tests.plugin_runs import LIMITS, ROOT, station_yaml, write_cases
from harness.views.case_lines import Calls
from harness.views.status_line import StatusLine, terminal_of
from harness.views.words import reason, status

PAGE = ROOT / "cases_cs" / "b_provisioning" / "test_tc_b_20_cs.yaml"
PASSED = facts.CaseEnded("TC_B_20_CS", "Reset", "PASS", "", 2.0)


def told(*all_facts: facts.Fact) -> SoFar:
    so_far = SoFar()
    for each in all_facts:
        so_far.hear(each)
    return so_far


def wait(what: str, seconds: float = 30, *, aloud: bool = False) -> facts.Awaited:
    return facts.Awaited(what, "My station", seconds, aloud=aloud)


# -- what the facts add up to


def test_says_case_step_wait_and_from_whom() -> None:
    so_far = told(
        facts.RunBegan("My station", 12),
        PASSED,
        facts.CaseBegan("TC_B_20_CS", PAGE),
        facts.AtStep("3>Booted 5"),
        wait("BootNotificationRequest"),
    )
    line = status(so_far)
    assert line.startswith("2/12 TC_B_20_CS · step 3 of 6 · ")
    assert "waits for BootNotificationRequest from My station, 30 s left" in line


def test_a_wait_counts_down_unless_time_is_simulated() -> None:
    real = facts.Awaited("x", "y", 30, began=time.monotonic() - 20)
    assert "10 s left" in status(told(facts.RunBegan("", 1), real))
    simulated = facts.Awaited("x", "y", 30, simulated=True, began=time.monotonic() - 20)
    assert "30 s at most" in status(told(facts.RunBegan("", 1), simulated))


def test_of_several_waits_the_last_that_says_what_is_shown() -> None:
    first, second, dumb = wait("a"), wait("b"), wait("")
    so_far = told(first, second, dumb)
    assert so_far.wait is second
    so_far.hear(facts.NoLongerAwaited(second))
    assert so_far.wait is first
    so_far.hear(facts.NoLongerAwaited(first))
    assert so_far.wait is dumb
    so_far.hear(facts.NoLongerAwaited(dumb))
    assert so_far.wait is None


def test_what_the_operator_is_asked_goes_before_what_is_awaited() -> None:
    asked = facts.Asked("plug_in", 60)
    so_far = told(facts.RunBegan("", 2), facts.CaseBegan("TC_E_03_CS"), wait("a"), asked)
    assert "asks the operator: plug_in, 60 s left" in status(so_far)
    so_far.hear(facts.NoLongerAsked(asked))
    assert "waits for a" in status(so_far)


def test_where_it_is_in_a_case() -> None:
    so_far = told(facts.RunBegan("", 2), facts.CaseBegan("TC_B_20_CS", PAGE))
    assert "preparation" in status(so_far)
    so_far.hear(facts.AtStep("Before>Booted 2"))
    assert "preparation" in status(so_far)
    so_far.hear(facts.AtStep("2"))
    assert "step 2 of 6" in status(so_far)
    so_far.hear(facts.CleaningUp())
    assert "cleaning up" in status(so_far)
    so_far.hear(PASSED)
    assert "1/2 done" in status(so_far)


def test_cases_of_several_workers_are_shown_side_by_side() -> None:
    both = [facts.CaseBegan(each, beside=True) for each in ("TC_B_20_CS", "TC_B_21_CS")]
    so_far = told(facts.RunBegan("My station", 3), *both)
    assert status(so_far) == "0/3 done, runs TC_B_20_CS, TC_B_21_CS"
    so_far.hear(PASSED)
    assert status(so_far) == "1/3 done, runs TC_B_21_CS"
    assert not so_far.is_skippable
    so_far.hear(facts.RunEnded())
    assert status(so_far) == "the cases are over"


def test_a_case_that_breaks_as_it_is_put_away_ends_once() -> None:
    error = facts.CaseEnded(PASSED.id, PASSED.title, "ERROR", "x", 2.0)
    assert told(PASSED, error).ended == (error,)


def test_time_left_goes_by_the_cases_that_were(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    so_far = told(facts.RunBegan("", 12))
    for number in range(2):
        so_far.hear(facts.CaseEnded(f"TC_{number}", "", "PASS", "", 0))
    assert so_far.seconds_left is None
    now[0] += 30
    so_far.hear(facts.CaseEnded("TC_2", "", "PASS", "", 0))
    assert so_far.seconds_left == pytest.approx(90)
    assert "about 90 s" in status(so_far) or "about 2 min" in status(so_far)


def test_steps_of_a_page(tmp_path: Path) -> None:
    assert steps_of(PAGE) == 6
    assert steps_of(tmp_path / "none.yaml") == 0
    page = tmp_path / "page.yaml"
    page.write_text("steps:\n- step: 1\n- either: [[{step: 2}], [{step: 7}]]\n- step: manual\n")
    assert steps_of(page) == 7
    broken = tmp_path / "broken.yaml"
    broken.write_text("steps: [")
    assert steps_of(broken) == 0
    assert number_of("12>Booted 5") == 12
    assert number_of("post") == 0


def test_foreign_text_cannot_drive_a_terminal() -> None:
    nasty = facts.CaseEnded("TC_X", "", "FAIL", "a\x1b[2Jb\nc\r" + "x" * 1000, 0)
    assert "\x1b" not in reason(nasty)
    assert "\n" not in reason(nasty)
    assert len(reason(nasty)) < 500
    assert "\x1b" not in status(told(facts.RunBegan("", 1), wait("a\x1b[2J")))


# -- where it is told


class Recorded:
    """A feed, and all that it was told."""

    def __init__(self) -> None:
        self.feed = Feed()
        self.facts: list[facts.Fact] = []
        self.feed.listen(self.facts.append)

    def of(self, kind: type[facts.Fact]) -> list[facts.Fact]:
        return [each for each in self.facts if isinstance(each, kind)]


class Person:
    """An operator who does what ``outcome`` says."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.outcome = outcome

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: object) -> None:
        del action, parameters
        if self.outcome is not None:
            raise self.outcome

    async def close(self) -> None: ...


@pytest.mark.asyncio
@pytest.mark.parametrize("outcome", [None, Unsupported("no"), OperatorFailed("ouch")])
async def test_an_operator_is_asked_and_no_longer_however_it_ends(
    outcome: Exception | None,
) -> None:
    recorded = Recorded()
    sut = Sut("S", Role.STATION)
    hands = Hands(Person(outcome), Transcript("x", live=recorded.feed), sut)
    try:
        await hands.plug_in(1, 1)
    except Exception:
        assert outcome is not None
    [asked, over] = recorded.facts
    assert isinstance(asked, facts.Asked)
    assert asked.name == "plug_in"
    assert over == facts.NoLongerAsked(asked)


@pytest.mark.asyncio
@pytest.mark.simulated_time
async def test_peers_tell_what_they_wait_for() -> None:
    recorded = Recorded()
    sut = Sut("S", Role.STATION, limits=Limits(event=2))
    log = Transcript("x", live=recorded.feed)
    csms = FakeCSMS(sut, log, _Link(), Hands(Person(), log, sut))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="StatusNotification"):
        await csms.expect(4, "StatusNotification")
    [awaited] = recorded.of(facts.Awaited)
    assert isinstance(awaited, facts.Awaited)
    assert (awaited.what, awaited.whom, awaited.seconds, awaited.simulated) == (
        *("StatusNotificationRequest", "S"),
        *(2, True),
    )
    assert recorded.of(facts.NoLongerAwaited) == [facts.NoLongerAwaited(awaited)]
    assert facts.AtStep("4") in recorded.facts
    await csms.silence(5, "Heartbeat", seconds=1)
    assert "no HeartbeatRequest" in str(recorded.of(facts.Awaited)[-1])


class _Link:
    wire = audience = None


def test_a_log_is_called_for_what_somebody_must_do() -> None:
    said: list[str] = []
    log = Calls(said.append, waits=True, codes=False)
    log.hear(wait("a"))
    log.hear(facts.Awaited("x", "y", 30, simulated=True, aloud=True))
    assert said == []
    missing = wait("a connection to ws://127.0.0.1:9000/CS001", 60, aloud=True)
    log.hear(missing)
    assert said == [
        "waits for a connection to ws://127.0.0.1:9000/CS001 from My station, 60 s left"
    ]
    Calls(said.append, waits=False, codes=False).hear(missing)
    assert len(said) == 1


# -- the last line of a terminal


def _screen(master: int, limit: float = 5.0, until: str = "") -> str:
    """What was written to a terminal, until that shows."""
    os.set_blocking(master, False)
    seen, end = "", time.monotonic() + limit
    while time.monotonic() < end and (until not in seen or not until):
        try:
            seen += os.read(master, 65536).decode(errors="replace")
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            break
    return seen


def test_the_last_line_makes_way_for_others() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as device:
        file = terminal_of(device)
        so_far = told(facts.RunBegan("", 1), wait("HERE"))
        line = StatusLine(so_far, file)
        assert "HERE" not in _screen(master, 0.6)  # others may write until it is told
        line.show()
        assert "HERE" in _screen(master, until="HERE")
        line.hide()
        assert "\x1b[2K" in _screen(master, until="\x1b[2K")
        line.show()
        assert "HERE" in _screen(master, until="HERE")
        so_far.hear(facts.TerminalTaken())
        line.hear(facts.TerminalTaken())
        _screen(master, 0.3)
        assert "HERE" not in _screen(master, 0.6)
        so_far.hear(facts.TerminalFree())
        assert "HERE" in _screen(master, until="HERE")
        line.close()
        assert "\x1b[?25h" in _screen(master, 0.5)  # the cursor is there again
        file.close()
    os.close(master)


# -- runs


def _arguments(folder: Path, *more: str) -> list[str]:
    plugins = ("cacheprovider", "allure_pytest", "hypothesispytest", "pytester")
    return [
        *(sys.executable, "-m", "pytest", f"--rootdir={ROOT}", "-c", f"{ROOT}/pyproject.toml"),
        *(part for plugin in plugins for part in ("-p", f"no:{plugin}")),
        *("--results", str(folder / "results"), "--certs", str(folder / "certs"), *more),
    ]


def _run(folder: Path, *more: str) -> str:
    done = subprocess.run(
        _arguments(folder, *more),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


CASES = ("--case", "TC_B_20_CS", "--case", "TC_B_25_CS", "--case", "TC_B_28_CS", "cases_cs")
#: A fault that fails the first.
FAULT = ("--fault", "boot-reason-power-up")


def _lines(output: str) -> list[str]:
    return [line for line in output.splitlines() if re.match(r" *\d+/\d+ ", line)]


@pytest.mark.parametrize("more", [(), ("-n", "2"), ("-s",)], ids=["plain", "workers", "uncaptured"])
def test_a_line_for_each_case(tmp_path: Path, more: Sequence[str]) -> None:
    output = _run(tmp_path, *CASES, *FAULT, *more)
    lines = sorted(line.split(maxsplit=1)[1] for line in _lines(output))
    assert len(lines) == 3, output
    failed, excluded, passed = lines
    assert re.match(r"FAIL +TC_B_20_CS .*step 3: BootNotificationRequest \$\.reason", failed)
    assert re.match(r"NOT APPLICABLE +TC_B_28_CS +applies only without C-13", excluded)
    assert re.match(r"PASS +TC_B_25_CS +Reset EVSE", passed)
    assert {line.split()[0] for line in _lines(output)} == {"1/3", "2/3", "3/3"}
    assert not re.search(r"[^\n\t -~\u00a0-\uffff]", output)  # no control characters
    assert "test_tc_b_25_cs.py" not in output
    assert "1 passed" in output
    assert "1 failed" in output


def test_a_page_shows_what_the_workers_are_at(tmp_path: Path) -> None:
    arguments = _arguments(tmp_path, "cases_cs", "-k", "TC_B", "-n", "2", "--live")
    with subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        links = (re.search(r"the run is shown at (\S+)", line) for line in run.stdout)
        stream = Stream(next(found[1] for found in links if found))
        data = stream.next()
        while ", " not in data["case"]:
            assert not data["over"], "no two were shown at once"
            data = stream.next()
        run.terminate()
    assert all(re.fullmatch(r"TC_B_\d\d_CS", each) for each in data["case"].split(", "))


def test_quiet_has_the_letters_and_verbose_the_words(tmp_path: Path) -> None:
    quiet = _run(tmp_path, *CASES, *FAULT, "-q")
    assert not _lines(quiet)
    assert re.search(r"^F\.n ", quiet, re.MULTILINE)
    verbose = _run(tmp_path, *CASES, *FAULT, "-v")
    assert re.search(r"test_tc_b_20_cs FAILED", verbose)
    assert re.search(r"^    FAIL: step 3: BootNotificationRequest", verbose, re.MULTILINE)
    assert re.search(r"test_tc_b_28_cs NOT APPLICABLE", verbose)


def _absent(folder: Path) -> tuple[str, ...]:
    limits = LIMITS.replace("connect: 0.6", "connect: 1.2")
    sut = station_yaml(folder, "absent", limits)
    module = write_cases(folder, "fake_csms", [("TC_B_01_CS", "well")])
    return "--sut", str(sut), str(module)


URL = r"waits for a connection to ws://127\.0\.0\.1:\d+/CS001 from A bad station, 1 s left"


@pytest.mark.parametrize("more", [(), ("-q",)], ids=["plain", "quiet"])
def test_a_log_says_where_a_station_must_connect_to(tmp_path: Path, more: Sequence[str]) -> None:
    output = _run(tmp_path, *_absent(tmp_path), *more)
    assert len(re.findall(f"^{URL}$", output, re.MULTILINE)) == 1, output


def test_a_terminal_says_it_as_long_as_it_is_so(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 180, 0, 0))
    arguments = _arguments(tmp_path, *_absent(tmp_path))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    run = subprocess.Popen(arguments, cwd=ROOT, env=env, stdout=slave, stderr=slave, stdin=slave)
    os.close(slave)
    output = _screen(master, 60, until="inconclusive")
    run.wait(60)
    os.close(master)
    assert re.search("1/1 TC_B_01_CS · preparation · " + URL, output), output
    ended = re.search("1/1 .*INCONCLUSIVE.*TC_B_01_CS", output)
    assert ended, output
    # Erased before the line of the case is written, and not drawn again after the summary began.
    assert output[: ended.start()].rstrip(" ").endswith("\x1b[2K") or "\x1b[2K1/1" in output
    assert "waits for" not in output[output.index("OCPP conformance") :]
