"""An operator that is a program, started once for each action.

Settings: ``actions``: name ("ask.Reset", "ask", "plug_in", "*") to a list of arguments, ``timeout``
(seconds) and ``directory``. No shell is involved. Exit code 0 means done, 3 that the program cannot
do this, anything else that it failed; what ``look`` returns is printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.templates import choose, excerpt, fill_text, given
from harness.sut.model import Sut
from harness.sut.operator_settings import OperatorSettingsError, Settings

_EXIT_UNSUPPORTED = 3
#: Seconds in which a killed program must be gone.
_REAPING = 2.0


class CommandOperator:
    """Starts a program for each action."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        read = Settings("operator.settings", settings, ("actions", "timeout", "directory"))
        self._sut = sut
        self._timeout = read.seconds("timeout", 60.0)
        self._directory = read.text("directory", "") or None
        self._templates = {
            name: _argv(name, each) for name, each in read.mapping("actions").items()
        }

    async def start(self) -> None:
        """Nothing to get ready."""

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Run the program of ``action``; what it printed, as JSON, if that is JSON.

        Raises:
            Unsupported: there is no template, or the program exits with 3.
            OperatorFailed: it cannot be started, fails, takes too long, or prints no JSON to
                look at.
        """
        template: list[str] = choose(self._templates, self._sut, action, parameters)
        values = given(self._sut, action, parameters)
        argv = [fill_text(each, values) for each in template]
        code, output, errors = await self._run(argv)
        said = excerpt(errors or output)
        if code == _EXIT_UNSUPPORTED:
            raise Unsupported(said or f"{argv[0]} exited with {code}")
        if code != 0:
            raise OperatorFailed(f"{argv[0]} exited with {code}: {said}")
        return _printed(argv[0], output, required=action == "look")

    async def close(self) -> None:
        """Nothing to let go of."""

    async def _run(self, argv: list[str]) -> tuple[int, str, str]:
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                cwd=self._directory,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise OperatorFailed(f"{argv[0]} cannot be started: {error}") from error
        try:
            async with asyncio.timeout(self._timeout):
                output, errors = await process.communicate()
        except TimeoutError as error:
            await _killed(process)
            raise OperatorFailed(f"{argv[0]} did not end within {self._timeout:g} s") from error
        except BaseException:
            await _killed(process)
            raise
        code = process.returncode if process.returncode is not None else -1
        return code, output.decode(errors="replace"), errors.decode(errors="replace")


async def _killed(process: Process) -> None:
    """End the program and its children."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            # Windows has no groups of processes: the program alone is ended.
            process.kill()
    # A child in a session of its own may survive and hold the pipes open.
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _REAPING)


def _printed(program: str, output: str, *, required: bool) -> Any:
    try:
        return json.loads(output)
    except ValueError as error:
        if required:
            raise OperatorFailed(f"{program} printed no JSON: {excerpt(output)}") from error
        return None


def _argv(name: str, template: Any) -> list[str]:
    if not isinstance(template, list) or not template:
        where = f"operator.settings.actions.{name}"
        what = "must be a list, the program and then its arguments"
        raise OperatorSettingsError(where, what, "write [./relay, plug, '{evse}'], for example")
    return [str(each) for each in template]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # YAML is untyped
