import asyncio
import os
import pty
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped
from harness.live.facts import AtStep, CaseBegan, CleaningUp, Fact, TerminalFree, TerminalTaken
from harness.live.feed import Feed
from harness.operators import (
    Hands,
    OperatorFailed,
    Unsupported,
    UntrustworthyError,
    probe,
)
from harness.operators.prompt import PromptOperator
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.tests.operator_tools import SUT, operator


def program(*lines: str) -> list[str]:
    return [sys.executable, "-c", "import sys, json, time, os\n" + "\n".join(lines)]


@pytest.mark.asyncio
async def test_command_passes_arguments_without_a_shell(tmp_path: Path) -> None:
    argv = [*program("print(json.dumps([os.getcwd(), *sys.argv[1:]]))"), "{what}; echo $HOME"]
    client = operator("command", directory=str(tmp_path), actions={"look": [*argv, "{parameters}"]})
    found = await client.perform("look", what="x", n=1)
    assert found == [str(tmp_path), "x; echo $HOME", '{"what": "x", "n": 1}']


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        (["sys.exit(3)"], Unsupported, "exited with 3"),
        (["sys.exit('no\\nhands')"], OperatorFailed, "exited with 1: no hands"),
        (["os.kill(os.getpid(), 9)"], OperatorFailed, "exited with -9"),
        (["print('no JSON')"], OperatorFailed, "printed no JSON: no JSON"),
    ],
)
async def test_command_tells_refusals_and_failures_apart(
    lines: list[str], error: type[Exception], said: str
) -> None:
    client = operator("command", actions={"look": program(*lines)})
    with pytest.raises(error, match=said):
        await client.perform("look", what="x")


@pytest.mark.asyncio
async def test_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    lines = [
        "import subprocess",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        f"open({str(pids)!r}, 'w').write('%d %d' % (os.getpid(), child.pid))",
        "time.sleep(60)",
    ]
    client = operator("command", timeout=1.5, actions={"plug_in": program(*lines)})
    with pytest.raises(OperatorFailed, match=r"did not end within 1\.5 s"):
        await asyncio.wait_for(client.perform("plug_in", evse=1, connector=1), 10)
    for pid in pids.read_text().split():
        assert await gone(int(pid))


@pytest.mark.asyncio
async def test_a_cancelled_command_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    lines = [f"open({str(pid)!r}, 'w').write(str(os.getpid()))", "time.sleep(60)"]
    client = operator("command", actions={"power_cycle": program(*lines)})
    task = asyncio.ensure_future(client.perform("power_cycle"))
    async with asyncio.timeout(5):
        while not pid.exists() or not pid.read_text():  # noqa: ASYNC110  # a file has no event
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(int(pid.read_text()))


async def gone(pid: int) -> bool:
    """Whether the process ended within two seconds."""
    for _ in range(200):
        if ended(pid):
            return True
        await asyncio.sleep(0.01)
    return False


def ended(pid: int) -> bool:
    """Whether there is no such process, or a zombie that nobody reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.asyncio
async def test_command_that_is_not_there_and_the_probe() -> None:
    client = operator("command", actions={"plug_in": ["/no/such/program"]})
    with pytest.raises(OperatorFailed, match="cannot be started"):
        await client.perform("plug_in", evse=1, connector=1)
    await probe(client, 1)
    await probe(operator("command", actions={"*": program("sys.exit(3)")}), 5)
    with pytest.raises(UntrustworthyError, match="claims"):
        await probe(operator("command", actions={"*": program("sys.exit(0)")}), 5)


class Mine:
    """What somebody might write for their own system."""

    def __init__(self, colour: str) -> None:
        self.colour = colour

    async def start(self) -> None: ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        if action == "look":
            return [self.colour, parameters]
        if action == "plug_in":
            raise ConnectionError("arm lost")
        if action == "unplug":
            raise OperatorFailed("stuck")
        raise Unsupported(action)

    async def close(self) -> None: ...


@pytest.mark.asyncio
async def test_python_operators() -> None:
    client = operator("python", **{"class": f"{__name__}:Mine", "colour": "red"})
    await client.start()
    assert await client.perform("look", what="x") == ["red", {"what": "x"}]
    with pytest.raises(OperatorFailed, match="ConnectionError: arm lost"):
        await client.perform("plug_in", evse=1, connector=1)
    with pytest.raises(OperatorFailed, match="stuck"):
        await client.perform("unplug", evse=1, connector=1)
    await probe(client, 1)
    await client.close()


class Terminal:
    """The person's side of a pseudo-terminal."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.name = os.ttyname(self.slave)

    async def read_until(self, text: str) -> str:
        seen = ""
        async with asyncio.timeout(5):
            while text not in seen:
                try:
                    seen += os.read(self.master, 4096).decode()
                except BlockingIOError:
                    await asyncio.sleep(0.005)
        return seen

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest_asyncio.fixture(loop_scope="function")
async def terminal() -> AsyncIterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


async def answered(
    terminal: Terminal, answer: str, action: str, sut: Sut = SUT, **parameters: Any
) -> Any:
    client = PromptOperator(sut, {"tty": terminal.name})
    task = asyncio.ensure_future(client.perform(action, **parameters))
    await terminal.read_until("REASON'")
    terminal.type(answer + "\n")
    return await asyncio.wait_for(task, 5)


@pytest.mark.asyncio
async def test_prompt_asks_in_plain_words(terminal: Terminal) -> None:
    client = operator("prompt", tty=terminal.name)
    task = asyncio.ensure_future(client.perform("plug_in", evse=1, connector=2))
    shown = await terminal.read_until("Enter = done")
    assert "Product: please plug the vehicle into EVSE 1, connector 2." in shown
    assert not task.done()
    terminal.type("\n")
    assert await asyncio.wait_for(task, 5) is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("no the cable is fixed", Unsupported, "the cable is fixed"),
        ("failed it broke", OperatorFailed, "it broke"),
        ("hm?", OperatorFailed, "answered 'hm\\?'"),
    ],
)
async def test_prompt_understands_no_and_failed(
    terminal: Terminal, answer: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await answered(terminal, answer, "power_cycle")


@pytest.mark.asyncio
@pytest.mark.parametrize(("answer", "seen"), [("86400", 86400), ("on", "on"), ('"7"', "7")])
async def test_prompt_looks(terminal: Terminal, answer: str, seen: Any) -> None:
    facts = {"what": "variable", "component": "C", "variable": "V"}
    assert await answered(terminal, answer, "look", Sut("CSMS", Role.CSMS), **facts) == seen


@pytest.mark.asyncio
async def test_keys_pressed_too_early_are_no_answer(terminal: Terminal) -> None:
    terminal.type("\n\n")
    await asyncio.sleep(0.05)  # the pseudo-terminal has no event for "arrived"
    client = operator("prompt", tty=terminal.name)
    task = asyncio.ensure_future(client.perform("power_cycle"))
    await terminal.read_until("Enter = done")
    await asyncio.sleep(0.05)  # time in which the early keys would be taken for an answer
    assert not task.done()
    terminal.type("\n")
    await asyncio.wait_for(task, 5)


@pytest.mark.asyncio
async def test_a_withdrawn_question_says_so(terminal: Terminal) -> None:
    hands = Hands(operator("prompt", tty=terminal.name), Transcript("TC"), SUT)
    wire = asyncio.Event()
    task = asyncio.ensure_future(hands.until(wire.wait).plug_in(1, 1))
    await terminal.read_until("Enter = done")
    wire.set()
    await asyncio.wait_for(task, 5)
    assert "no answer needed any more" in await terminal.read_until("any more")


@pytest.mark.asyncio
async def test_prompt_tells_case_step_and_time_and_may_skip_the_case(terminal: Terminal) -> None:
    client, live = PromptOperator(SUT, {"tty": terminal.name}), Feed()
    client.look_on(live)
    told: list[Fact] = []
    live.tell(CaseBegan("TC_E_03_CS"))
    live.tell(AtStep("2"))
    live.listen(told.append)
    log = Transcript("TC_E_03_CS", live=live)
    task = asyncio.ensure_future(Hands(client, log, SUT).plug_in(1, 1))
    text = await terminal.read_until("REASON'")
    assert f"(TC_E_03_CS, step 2, within {SUT.limits.operator:.0f} s): please plug" in text
    assert "'skip' = leave this case out" in text
    assert TerminalTaken() in told
    assert TerminalFree() not in told
    terminal.type("skip\n")
    with pytest.raises(CaseStopped, match="skipped by the person asked for plug_in"):
        await task
    assert "skipped by the person" in log.skipped
    assert TerminalFree() in told
    live.tell(CleaningUp())
    task = asyncio.ensure_future(client.perform("unplug", evse=1, connector=1))
    assert "'skip'" not in await terminal.read_until("REASON'")
    terminal.type("\n")
    assert await task is None


@pytest.mark.asyncio
async def test_prompt_without_a_terminal_or_a_known_action(
    tmp_path: Path, terminal: Terminal
) -> None:
    (tmp_path / "file").write_text("")
    for tty in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(Unsupported, match="no terminal"):
            await operator("prompt", tty=str(tty)).perform("power_cycle")
    began = time.monotonic()
    await probe(operator("prompt", tty=terminal.name), 60)
    assert time.monotonic() - began < 30


@pytest.mark.asyncio
async def test_a_terminal_that_goes_away_does_not_hang() -> None:
    terminal = Terminal()
    task = asyncio.ensure_future(operator("prompt", tty=terminal.name).perform("power_cycle"))
    await terminal.read_until("Enter = done")
    terminal.close()
    with pytest.raises(Unsupported, match="closed"):
        await asyncio.wait_for(task, 5)
