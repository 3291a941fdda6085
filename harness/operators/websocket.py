"""An operator behind a WebSocket, described by templates of frames.

Settings: ``url``, ``headers``, ``timeout`` (seconds, for each action), ``login`` (a list of
exchanges, done after each connect) and ``actions``: the name of a template ("ask.Reset", "ask",
"plug_in", "*") to what ``harness.sut.template_contract`` says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.exchanges import Reply, Send, find, once, run
from harness.operators.templates import fill, fill_text, given, unmet
from harness.sut.model import Sut
from harness.sut.operator_scripts import Frame, exchange, scripts
from harness.sut.operator_settings import Settings
from harness.sut.template_contract import WEBSOCKET

#: Seconds that the other side has to close in good order.
_CLOSE = 2.0


class WebSocketOperator:
    """Keeps one connection and does one action at a time on it."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        allowed = ("url", "headers", "timeout", "login", "actions")
        read = Settings("operator.settings", settings, allowed)
        self._sut = sut
        self._url = read.text("url")
        self._headers = {name: str(value) for name, value in read.mapping("headers").items()}
        self._timeout = read.seconds("timeout", 30.0)
        self._login = [
            exchange(WEBSOCKET, f"operator.settings.login.{index}", each)
            for index, each in enumerate(read.items("login"))
        ]
        self._scripts = scripts(WEBSOCKET, "operator.settings.actions", read.mapping("actions"))
        self._connection: ClientConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """Nothing yet: the connection is made with the first action."""

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Do the exchanges of ``action``; the last reply, or what ``result`` says.

        Raises:
            Unsupported: there is no template, or a reply says so.
            OperatorFailed: no connection, no reply in time, or not the reply that was expected.
        """
        script, values = find(self._scripts, self._sut, action, parameters)
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._timeout):
                    connection = await self._connected()
                    return await run(script, values, _sender(connection), self._timeout)
            except Unsupported:
                raise
            except TimeoutError as error:
                await self.close()
                raise OperatorFailed(f"no reply within {self._timeout:g} s") from error
            except ConnectionClosed as error:
                await self.close()
                raise OperatorFailed(f"the connection closed: {error}") from error
            except BaseException:
                # A reply that comes late must not be taken for the answer to a later request.
                await self.close()
                raise

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _connected(self) -> ClientConnection:
        if self._connection is not None and self._connection.close_code is None:
            return self._connection
        await self.close()
        try:
            connection = await connect(
                self._url, additional_headers=self._headers, close_timeout=_CLOSE, proxy=None
            )
        except (OSError, InvalidHandshake, InvalidURI) as error:
            raise OperatorFailed(f"no connection to {self._url}: {error}") from error
        try:
            for each in self._login:
                await once(each, given(self._sut), _sender(connection))
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        return connection


def _sender(connection: ClientConnection) -> Send:
    async def send(frame: Frame, values: Mapping[str, Any]) -> Reply:
        if frame.send is not None:
            await connection.send(_text(frame.send, values))
        async for text in connection:
            reply = _decoded(text)
            if not unmet(frame.match, reply, {**values, "reply": {"json": reply}}):
                return {"json": reply}
        raise OperatorFailed("the connection closed before the reply came")

    return send


def _text(template: Any, values: Mapping[str, Any]) -> str:
    if isinstance(template, str):
        return fill_text(template, values)
    return json.dumps(fill(template, values))


def _decoded(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text if isinstance(text, str) else text.decode(errors="replace")
