"""An operator behind a WebSocket, described by templates of frames.

Settings: ``url``, ``headers``, ``timeout`` (seconds), ``login`` (a list of exchanges, done after
each connect) and ``actions``: name ("ask.Reset", "ask", "plug_in", "*") to an exchange. An exchange
has ``send`` (an object, sent as JSON, or a text) and, with JSON pointers: ``match`` (which frame is
the reply), ``expect`` (what it must say), ``unsupported`` (what says that it cannot be done) and
``result`` (what ``look`` returns). ``{request_id}`` is new for each exchange.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.settings import OperatorSettingsError, Settings
from harness.operators.templates import choose, excerpt, fill, fill_text, pointed, told, unmet
from harness.sut.model import Sut

#: Seconds that the other side has to close in good order.
_CLOSE = 2.0


@dataclass(frozen=True)
class Exchange:
    """A frame to send, how to know its reply, and what the reply must be."""

    send: Any
    match: Mapping[str, Any]
    expect: Mapping[str, Any]
    unsupported: Mapping[str, Any]
    result: str | None


class WebSocketOperator:
    """Keeps one connection and does one exchange at a time on it."""

    def __init__(self, sut: Sut, settings: Mapping[str, Any]) -> None:
        allowed = ("url", "headers", "timeout", "login", "actions")
        read = Settings("operator.settings", settings, allowed)
        self._sut = sut
        self._url = read.text("url")
        self._headers = {name: str(value) for name, value in read.mapping("headers").items()}
        self._timeout = read.seconds("timeout", 30.0)
        self._login = [
            _exchange(f"operator.settings.login.{index}", each)
            for index, each in enumerate(read.items("login"))
        ]
        self._templates = {
            name: _exchange(f"operator.settings.actions.{name}", each)
            for name, each in read.mapping("actions").items()
        }
        self._connection: ClientConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """Nothing yet: the connection is made with the first action."""

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Do the exchange of ``action``; the reply, or the part of it that ``result`` names.

        Raises:
            Unsupported: there is no template, or the reply says so.
            OperatorFailed: no connection, no reply in time, or not the reply that was expected.
        """
        exchange: Exchange = choose(self._templates, action, parameters)
        values = {**told(self._sut), "action": action, **parameters}
        values["parameters"] = parameters
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._timeout):
                    return await _exchanged(await self._connected(), exchange, values)
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
            for exchange in self._login:
                await _exchanged(connection, exchange, told(self._sut))
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        return connection


async def _exchanged(
    connection: ClientConnection, exchange: Exchange, values: Mapping[str, Any]
) -> Any:
    values = {**values, "request_id": str(uuid.uuid4())}
    await connection.send(_frame(exchange.send, values))
    wanted: Mapping[str, Any] = fill(exchange.match, values)
    async for text in connection:
        reply = _decoded(text)
        if not unmet(reply, wanted):
            return _judged(exchange, reply, values)
    raise OperatorFailed("the connection closed before the reply came")


def _frame(template: Any, values: Mapping[str, Any]) -> str:
    if isinstance(template, str):
        return fill_text(template, values)
    return json.dumps(fill(template, values))


def _decoded(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text if isinstance(text, str) else text.decode(errors="replace")


def _judged(exchange: Exchange, reply: Any, values: Mapping[str, Any]) -> Any:
    shown = excerpt(json.dumps(reply, ensure_ascii=False))
    if exchange.unsupported and not unmet(reply, fill(exchange.unsupported, values)):
        raise Unsupported(shown)
    if problem := unmet(reply, fill(exchange.expect, values)):
        raise OperatorFailed(f"{problem}: {shown}")
    if exchange.result is None:
        return reply
    try:
        return pointed(reply, exchange.result)
    except LookupError as error:
        raise OperatorFailed(f"{error}: {shown}") from error


def _exchange(where: str, settings: Any) -> Exchange:
    read = Settings(where, settings, ("send", "match", "expect", "unsupported", "result"))
    if "send" not in read:
        raise OperatorSettingsError(f"{where} needs send, the frame to send")
    if not read.mapping("match"):
        why = "without it any frame would pass for the reply"
        raise OperatorSettingsError(
            f"{where} needs match, such as {{/id: '{{request_id}}'}}: {why}"
        )
    return Exchange(
        send=read.any("send"),
        match=read.mapping("match"),
        expect=read.mapping("expect"),
        unsupported=read.mapping("unsupported"),
        result=read.text("result") if "result" in read else None,
    )
