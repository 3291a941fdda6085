"""A WebSocket endpoint of the fake CSMS: one port that accepts, refuses, and speaks TLS or not.

With TLS, the handshake is done by us on the open port and the plain bytes are passed on to a
WebSocket server on a loopback port of its own: so a handshake that fails is an event with a reason
and not just an absence.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from harness.wire import MAX_FRAME, SUBPROTOCOL, Frame, Malformed, Wire


class Audience(Protocol):
    """Who is told what happens at an endpoint."""

    def opened(self, wire: Wire) -> None:
        """A WebSocket connection is open."""
        ...

    def closed(self, wire: Wire, how: str) -> None:
        """It has ended."""
        ...

    def refused(self, endpoint: str, reason: str) -> None:
        """An attempt came to nothing."""
        ...

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message arrived at ``t`` (monotonic seconds)."""
        ...


@dataclass(frozen=True)
class Credentials:
    """What a station must show: its identity in the path and, from profile 1 on, its password."""

    identity: str
    password: str = ""

    def problem(self, request: Request) -> tuple[HTTPStatus, str] | None:
        """Why a request is not let in, or None (Part 2 A00.FR.204, Part 4, 3.1.1)."""
        path = urlsplit(request.path).path
        named = unquote(path.rsplit("/", 1)[-1])
        if named != self.identity:
            return HTTPStatus.NOT_FOUND, f"path {path!r} does not end in the identity"
        if not self.password:
            return None
        header = request.headers.get("Authorization", "")
        scheme, _, encoded = header.partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return HTTPStatus.UNAUTHORIZED, "Authorization header is not HTTP Basic"
        if scheme.lower() != "basic" or not header:
            return HTTPStatus.UNAUTHORIZED, "no HTTP Basic Authorization header"
        if (user, password) != (self.identity, self.password):
            return HTTPStatus.UNAUTHORIZED, f"wrong user name or password (user {user!r})"
        return None


class Endpoint:
    """One endpoint; ``accepting`` False turns every attempt away (HTTP 503) and records it."""

    def __init__(
        self,
        name: str,
        audience: Audience,
        credentials: Callable[[], Credentials],
        host: str,
        bind: str,
        port: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self.accepting = True
        self.tls = tls
        self._audience = audience
        self._credentials = credentials
        self._host, self._bind, self._port = host, bind, port
        self._inner: Server | None = None
        self._front: asyncio.Server | None = None
        self._wires: dict[ServerConnection, Wire] = {}

    @property
    def url(self) -> str:
        """The OCPP-J endpoint URL, to which a station appends "/" and its identity."""
        return f"{'wss' if self.tls else 'ws'}://{self._host}:{self._port}"

    async def start(self) -> None:
        """Open the port.

        Raises:
            OSError: the port cannot be opened.
        """
        self._inner = await serve(
            self._handle,
            "127.0.0.1" if self.tls else self._bind,
            0 if self.tls else self._port,
            process_request=self._admit,
            create_connection=_telling(self._no_handshake),
            select_subprotocol=_select,
            max_size=MAX_FRAME,
            ping_interval=None,
            close_timeout=1,
        )
        inner_port = _port(self._inner.sockets[0])
        if self.tls is None:
            self._port = inner_port
            return
        self._front = await asyncio.start_server(
            lambda reader, writer: self._shake_hands(reader, writer, inner_port),
            self._bind,
            self._port,
        )
        self._port = _port(self._front.sockets[0])

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._front is not None:
            self._front.close()
        if self._inner is not None:
            self._inner.close()
            await self._inner.wait_closed()

    def _admit(self, _connection: ServerConnection, request: Request) -> Response | None:
        problem = self._credentials().problem(request)
        if not self.accepting:
            problem = HTTPStatus.SERVICE_UNAVAILABLE, "not accepting connections, by this case"
        if problem is None:
            return None
        status, reason = problem
        self._audience.refused(self.name, reason)
        response = _connection.respond(status, f"{reason}\n")
        if status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
        return response

    def _no_handshake(self, error: Exception) -> None:
        self._audience.refused(self.name, f"no WebSocket opening handshake: {error}")

    async def _handle(self, connection: ServerConnection) -> None:
        wire = Wire(connection, self.name)
        if connection.subprotocol is None:
            offered = (
                connection.request.headers.get_all("Sec-WebSocket-Protocol")
                if connection.request
                else []
            )
            self._audience.refused(self.name, f"{SUBPROTOCOL} is not among the offered {offered}")
            return
        self._audience.opened(wire)
        how = await wire.read(self._audience)
        self._audience.closed(wire, how)

    async def _shake_hands(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner_port: int
    ) -> None:
        assert self.tls is not None
        try:
            await writer.start_tls(self.tls, ssl_handshake_timeout=10)
        except (OSError, EOFError) as error:
            reason = getattr(error, "reason", None) or str(error) or "closed during the handshake"
            self._audience.refused(self.name, f"TLS handshake failed: {reason}")
            writer.close()
            return
        await _splice(reader, writer, inner_port)


def _port(listening: socket.socket) -> int:
    return cast(int, listening.getsockname()[1])


def _telling(failed: Callable[[Exception], None]) -> type[ServerConnection]:
    """Connections that call ``failed`` with what was wrong with an opening handshake."""

    class Telling(ServerConnection):  # websockets has no hook for a request that it cannot read
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.protocol.handshake_exc is not None:
                failed(self.protocol.handshake_exc)

    return Telling


def _select(_connection: ServerConnection, offered: object) -> Subprotocol | None:
    names = list(offered) if isinstance(offered, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # websockets passes a plain list
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in names else None


async def _splice(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner_port: int
) -> None:
    """Pass bytes both ways until one side ends."""
    inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", inner_port)
    pumps = [
        asyncio.create_task(_pump(reader, inner_writer)),
        asyncio.create_task(_pump(inner_reader, writer)),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        for end in (inner_writer, writer):
            end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (OSError, EOFError):
        return
