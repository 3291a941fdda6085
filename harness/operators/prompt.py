"""A person at the terminal, asked in plain words."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from harness.live.facts import TerminalFree, TerminalTaken
from harness.live.feed import Feed
from harness.operators.base import OperatorFailed, Skipped, Unsupported
from harness.sut.contract import asked_of
from harness.sut.model import Sut
from harness.sut.operator_settings import Settings
from harness.views.words import whereabouts

_AFTER_DOING = "Enter = done, 'no REASON' = not possible here, 'failed REASON' = it went wrong: "
_OR_SKIP = "'skip' = leave this case out; "
_AFTER_LOOKING = "type what you see, or 'no REASON': "


class PromptOperator:
    """Asks on the terminal; ``tty`` is its device.

    Cancelling ``perform`` withdraws the question, as a caller does once the wire shows the act.
    """

    waits_for_person = True

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        read = Settings("operator.settings", settings, ("tty",))
        self._sut = sut
        self._tty = read.text("tty", "/dev/tty")
        self._live = Feed()

    def look_on(self, live: Feed) -> None:
        """Be shown the run."""
        self._live = live

    async def start(self) -> None:
        """Nothing to get ready."""

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Ask a person; what was typed for ``look``, as JSON where it is JSON.

        Raises:
            Unsupported: there is no terminal, no such action, or the person says it cannot be done.
            OperatorFailed: the person says that it went wrong.
            Skipped: the person wants the case left out.
        """
        try:
            question, asked = asked_of(self._sut.role, self._sut.identity, action, parameters)
        except (LookupError, ValueError) as error:
            raise Unsupported(f"nobody can be asked to do {action}: {error}") from error
        looks = bool(asked.result)
        so_far = self._live.so_far
        ending = _AFTER_LOOKING if looks else _AFTER_DOING
        skip = _OR_SKIP if so_far.is_skippable else ""
        where = "".join(f" ({text})" for text in (whereabouts(so_far),) if text)
        text = f"\n>>> {self._sut.name}{where}: please {question}.\n    {skip}{ending}"
        self._live.tell(TerminalTaken())
        try:
            answer = await self._ask(text)
        finally:
            self._live.tell(TerminalFree())
        if skip and answer.lower() == "skip":
            raise Skipped("")
        return _understood(answer, looks)

    async def close(self) -> None:
        """Nothing to let go of."""

    async def _ask(self, text: str) -> str:
        try:
            termios = importlib.import_module("termios")
        except ImportError as error:
            why = "a person can be asked at the terminals of Unix only"
            raise Unsupported(why) from error
        terminal = self._open()
        try:
            # Keys pressed before the question are no answer to it.
            termios.tcflush(terminal, termios.TCIFLUSH)
            os.write(terminal, text.encode())
            return await _line(terminal)
        except OSError as error:
            raise Unsupported(f"the terminal cannot be used ({error.strerror})") from error
        except asyncio.CancelledError:
            with suppress(OSError):
                os.write(terminal, b"\n    Thank you, no answer needed any more.\n")
            raise
        finally:
            os.close(terminal)

    def _open(self) -> int:
        try:
            terminal = os.open(self._tty, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            why = f"there is no terminal to ask at ({error.strerror})"
            raise Unsupported(why) from error
        if not os.isatty(terminal):
            os.close(terminal)
            raise Unsupported(f"{self._tty} is no terminal to ask at")
        return terminal


async def _line(terminal: int) -> str:
    """The next line typed at ``terminal``."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()
    pieces: list[bytes] = []
    loop.add_reader(terminal, _reader(terminal, typed, pieces))
    try:
        return await typed
    finally:
        loop.remove_reader(terminal)


def _reader(terminal: int, typed: asyncio.Future[str], pieces: list[bytes]) -> Callable[[], None]:
    def readable() -> None:
        try:
            piece = os.read(terminal, 4096)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if typed.done():
            return
        if not piece:
            typed.set_exception(Unsupported("the terminal was closed"))
            return
        pieces.append(piece)
        if piece.endswith(b"\n"):
            typed.set_result(b"".join(pieces).decode(errors="replace").strip())

    return readable


def _understood(answer: str, looks: bool) -> Any:
    word, _, reason = answer.partition(" ")
    if word.lower() == "no":
        raise Unsupported(reason or "the person says that it cannot be done")
    if looks:
        try:
            return json.loads(answer)
        except ValueError:
            return answer
    if word.lower() == "failed":
        raise OperatorFailed(reason or "the person says that it went wrong")
    if word.lower() in ("", "y", "yes", "ok", "done"):
        return None
    raise OperatorFailed(f"the person answered {answer!r}")
