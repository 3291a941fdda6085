"""A person in front of the system, asked on a page for a phone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from harness.live.facts import Served
from harness.live.feed import Feed
from harness.operators.base import OperatorFailed, Skipped, Unsupported
from harness.sut.contract import asked_of
from harness.sut.model import Sut
from harness.sut.operator_settings import Settings
from harness.views.errands import LOOPBACK, Answer, Errand


class WebOperator:
    """Asks on the page of the run; ``listen`` is where a phone finds this machine, and ``port``.

    Cancelling ``perform`` takes back what was asked, as a caller does once the wire shows the act.
    """

    waits_for_person = True

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        read = Settings("operator.settings", settings, ("listen", "port"))
        self._sut = sut
        self._host, self._port = _host(read), _port(read)
        self.look_on(Feed())

    def look_on(self, live: Feed) -> None:
        """Show this run, from before the start on."""
        from harness.views.board import Board  # an HTTP server, which few runs need

        self._live = live
        self._board = Board(live.so_far, hands=True, host=self._host, port=self._port)

    async def start(self) -> None:
        """Open the page, and tell its link.

        Raises:
            OperatorFailed: it cannot be opened there.
        """
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._board.start)
        except OSError as error:
            why = error.strerror or str(error)
            raise OperatorFailed(f"the page for the person cannot be opened: {why}") from error
        self._live.listen(self._board.hear)
        self._live.tell(Served(self._board.url, self._board.is_for_others))

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Ask a person; what was seen for ``look``, as JSON where it is JSON.

        Raises:
            Unsupported: there is no such action, or the person says it cannot be done.
            Skipped: the person wants the case left out.
        """
        try:
            question, asked = asked_of(self._sut.role, self._sut.identity, action, parameters)
        except (LookupError, ValueError) as error:
            raise Unsupported(f"nobody can be asked to do {action}: {error}") from error
        errand = Errand(question, asked.result)
        self._board.put_up(errand)
        try:
            return _understood(await asyncio.wrap_future(errand.answer))
        finally:
            self._board.take_down(errand)

    async def close(self) -> None:
        """Close the page: its link is of no use any more."""
        await asyncio.get_running_loop().run_in_executor(None, self._board.stop)


def _host(read: Settings) -> str:
    host = read.text("listen", LOOPBACK)
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:
        everywhere = not host
    if everywhere:
        raise read.wrong(
            "must be one address or name of this machine",
            "write the one at which the phone finds it, such as 192.168.1.20",
            "listen",
        )
    return host


def _port(read: Settings) -> int:
    port = 0 if read.any("port") is None else read.any("port")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 1 << 16:
        raise read.wrong("must be a port", "write 0 for one that is free", "port")
    return port


def _understood(answer: Answer) -> Any:
    match answer.how:
        case "cannot":
            raise Unsupported(answer.text or "the person says that it cannot be done")
        case "skip":
            raise Skipped(answer.text)
        case "seen":
            try:
                return json.loads(answer.text)
            except ValueError:
                return answer.text
        case _:
            return None
