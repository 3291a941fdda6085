"""What runs where Windows or macOS lack what Linux has; the systems themselves are simulated."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.operators import OperatorFailed, Unsupported
from harness.operators.prompt import PromptOperator
from harness.tests.operator_tools import SUT, operator


def not_unix(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "harness.tests.not_unix", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_module_can_be_imported(tmp_path: Path) -> None:
    assert int(not_unix(tmp_path)) > 700


def test_cases_run_with_files_fetched_and_keys_made(tmp_path: Path) -> None:
    plain = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    cases = [f"--case={name}_{role}" for name in ("TC_A_04", "TC_L_05") for role in ("CS", "CSMS")]
    said = not_unix(tmp_path, "-q", *plain, "--pyargs", "cases_cs", "cases_csms", *cases)
    assert "4 passed" in said


@pytest.mark.asyncio
async def test_nobody_is_asked_where_there_are_no_terminals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    with pytest.raises(Unsupported, match="Unix"):
        await PromptOperator(SUT, {}).perform("plug_in", evse=1, connector=1)


@pytest.mark.asyncio
async def test_a_program_that_hangs_is_ended_without_groups_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "killpg")
    note = tmp_path / "pid"
    hangs = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    client = operator("command", timeout=1.5, actions={"plug_in": [sys.executable, "-c", hangs]})
    with pytest.raises(OperatorFailed, match="did not end"):
        async with asyncio.timeout(30):
            await client.perform("plug_in", evse=1, connector=1)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
