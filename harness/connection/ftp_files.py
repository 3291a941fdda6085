"""Gives and takes the files of a shelf by FTP and FTPS (RFC 959, RFC 4217)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from harness.connection.file_login import Login
from harness.connection.file_shelf import Shelf
from harness.connection.ftp_session import FtpSession
from harness.connection.streams import Stream
from harness.connection.tls_server import HandshakeFailed, Tls

#: Seconds in which a client that begins with TLS says so; the others wait for the greeting.
_GREETING = 1.0


class FtpFiles:
    """A server of one shelf, passive alone (Part 2, N01); with ``tls`` it speaks FTPS.

    FTPS begins with TLS (implicit) or is secured by AUTH TLS (explicit), as the client likes: no
    document says which of them FTPS means.
    """

    def __init__(self, shelf: Shelf, login: Login, tls: Tls | None = None) -> None:
        self._shelf, self._login, self._tls = shelf, login, tls
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self, bind: str, port: int) -> int:
        """Listen; the port, which the machine chooses for 0.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._accept, bind, port)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break off what is under way, and listen no more."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.create_task(self._serve(Stream(reader, writer)))
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)

    async def _serve(self, stream: Stream) -> None:
        session = FtpSession(self._shelf, self._login, self._tls, stream)
        try:
            begun = await _beginning(stream) if self._tls is not None else b""
            if begun:
                await session.secure(begun)
            await session.run()
        except (OSError, HandshakeFailed):
            return  # The station has hung up, or has no TLS to offer.
        finally:
            stream.close()


async def _beginning(stream: Stream) -> bytes:
    """The first byte of a client that speaks first, which is TLS."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_GREETING):
            return await stream.reader.read(1)
    return b""
