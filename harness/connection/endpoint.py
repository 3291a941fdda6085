"""A WebSocket endpoint of the fake CSMS: one port that accepts, refuses, and speaks TLS or not.

A front listens on the open port, does TLS where the service has it, and passes the plain bytes on
to a WebSocket server on a loopback port of its own: so a handshake that fails is an event with a
reason and not just an absence, and the service can change while the port stays open.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from harness.connection.streams import Stream, splice
from harness.connection.tls_server import HandshakeFailed, Tls, secured
from harness.ocppj.connection_attempt import Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import MAX_FRAME, Frame, Malformed, Wire
from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT


class Audience(Protocol):
    """Who is told what happens at an endpoint."""

    def opened(self, wire: Wire) -> None:
        """A WebSocket connection is open."""
        ...

    def closed(self, wire: Wire, end: ConnectionEnd) -> None:
        """It has ended."""
        ...

    def refused(self, endpoint: str, reason: str, attempt: Attempt) -> None:
        """An attempt came to nothing."""
        ...

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message arrived at ``t`` (monotonic seconds)."""
        ...


@dataclass(frozen=True)
class ExpectedCredentials:
    """What a station must show: its identity in the path and, in profiles 1 and 2, a password.

    ``passwords`` empty: none is asked for. More than one where it is not known which one counts.
    """

    identity: str
    passwords: tuple[str, ...] = field(default=(), repr=False)

    def problem(self, attempt: Attempt) -> tuple[HTTPStatus, str] | None:
        """Why an attempt is not let in, or None (Part 2 A00.FR.204, Part 4, 3.1.1)."""
        if attempt.identity != self.identity:
            return HTTPStatus.NOT_FOUND, f"path {attempt.path!r} does not end in the identity"
        if not self.passwords:
            return None
        if not attempt.authorization.lower().startswith("basic "):
            return HTTPStatus.UNAUTHORIZED, "no HTTP Basic Authorization header"
        shown = attempt.credentials
        if shown is None:
            return HTTPStatus.UNAUTHORIZED, "Authorization header is not HTTP Basic"
        if shown.user != self.identity or shown.password not in self.passwords:
            return HTTPStatus.UNAUTHORIZED, f"wrong user name or password (user {shown.user!r})"
        return None


@dataclass(frozen=True)
class Service:
    """How an endpoint serves: whom it lets in, with which TLS (None: without), which OCPP."""

    expected: ExpectedCredentials
    tls: Tls | None = None
    edition: Edition = DEFAULT


class Endpoint:
    """One endpoint; ``accepting`` False turns every attempt away (HTTP 503) and records it.

    ``service`` may be replaced at any time and counts from the next attempt on.
    """

    def __init__(
        self, name: str, audience: Audience, service: Service, host: str, bind: str, port: int
    ) -> None:
        self.name = name
        self.accepting = True
        self.service = service
        self._audience = audience
        self._host, self._bind, self._port = host, bind, port
        self._inner: Server | None = None
        self._front: asyncio.Server | None = None
        self._attempts: dict[int, Attempt] = {}
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The OCPP-J endpoint URL, to which a station appends "/" and its identity."""
        return f"{'wss' if self.service.tls else 'ws'}://{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """Where it listens; 0 before a free port was found."""
        return self._port

    async def start(self) -> None:
        """Open the port.

        Raises:
            OSError: the port cannot be opened.
        """
        self._inner = await serve(
            self._handle,
            "127.0.0.1",
            0,
            process_request=self._admit,
            create_connection=_telling(self._no_handshake),
            select_subprotocol=self._select,
            max_size=MAX_FRAME,
            ping_interval=None,
            close_timeout=1,
        )
        self._front = await asyncio.start_server(self._visit, self._bind, self._port)
        self._port = _port(self._front.sockets[0])

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._front is not None:
            self._front.close()
        if self._inner is not None:
            self._inner.close()
            await self._inner.wait_closed()
        visits = list(self._visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self._arrive(reader, writer))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _arrive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection on the open port, until it ends."""
        station, service, attempt = Stream(reader, writer), self.service, Attempt()
        try:
            if service.tls is None:
                await self._pass_on(station, attempt)
                return
            async with secured(station, service.tls) as (plain, attempt):
                await self._pass_on(plain, attempt)
        except HandshakeFailed as failed:
            self._audience.refused(self.name, f"TLS handshake failed: {failed}", failed.attempt)
        finally:
            station.close()

    async def _pass_on(self, station: Stream, attempt: Attempt) -> None:
        """Connect the station with the WebSocket server, which knows it by the port."""
        assert self._inner is not None
        inner = Stream(*await asyncio.open_connection("127.0.0.1", _port(self._inner.sockets[0])))
        # It stays known: the server may learn of the end after this. The next user of the port
        # replaces it.
        self._attempts[inner.own_port] = attempt
        await splice(station, inner)

    def _attempt(self, connection: ServerConnection) -> Attempt:
        attempt = self._attempts.get(cast(int, connection.remote_address[1]), Attempt())
        request = connection.request
        if request is None:
            return attempt
        header = request.headers.get("Authorization", "")
        return replace(attempt, path=request.path, authorization=header)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        attempt = replace(
            self._attempt(connection),
            path=request.path,
            authorization=request.headers.get("Authorization", ""),
        )
        problem = self.service.expected.problem(attempt)
        if not self.accepting:
            problem = HTTPStatus.SERVICE_UNAVAILABLE, "not accepting connections, by this case"
        if problem is None:
            return None
        status, reason = problem
        self._audience.refused(self.name, reason, attempt)
        response = connection.respond(status, f"{reason}\n")
        if status is HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
        return response

    def _no_handshake(self, connection: ServerConnection, error: Exception) -> None:
        reason = f"no WebSocket opening handshake: {error}"
        self._audience.refused(self.name, reason, self._attempt(connection))

    def _select(self, _connection: ServerConnection, offered: object) -> Subprotocol | None:
        names = list(offered) if isinstance(offered, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # websockets passes a plain list
        wanted = Subprotocol(self.service.edition.subprotocol)
        return wanted if wanted in names else None

    async def _handle(self, connection: ServerConnection) -> None:
        attempt = self._attempt(connection)
        wire = Wire(connection, self.service.edition, self.name, attempt)
        if connection.subprotocol is None:
            offered = (
                connection.request.headers.get_all("Sec-WebSocket-Protocol")
                if connection.request
                else []
            )
            reason = f"{self.service.edition.subprotocol} is not among the offered {offered}"
            self._audience.refused(self.name, reason, attempt)
            return
        self._audience.opened(wire)
        self._audience.closed(wire, await wire.read(self._audience))


def _port(listening: socket.socket) -> int:
    return cast(int, listening.getsockname()[1])


def _telling(failed: Callable[[ServerConnection, Exception], None]) -> type[ServerConnection]:
    """Connections that call ``failed`` with what was wrong with an opening handshake."""

    class Telling(ServerConnection):  # websockets has no hook for a request that it cannot read
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.protocol.handshake_exc is not None:
                failed(self, self.protocol.handshake_exc)

    return Telling
