"""The data connection of FTP, which the client opens (RFC 959, 3.2; RFC 2428; RFC 4217, 9)."""

from __future__ import annotations

import asyncio

from harness.connection.streams import Stream
from harness.connection.tls_server import HandshakeFailed, Tls, secured

#: Seconds for a client to connect.
PATIENCE = 30.0


class DataPort:
    """A port where one data connection of one client is taken; with ``tls`` it is secured."""

    def __init__(self, client: str, tls: Tls | None) -> None:
        self._client, self._tls = client, tls
        self._server: asyncio.Server | None = None
        self._came: asyncio.Future[Stream] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self, host: str) -> int:
        """Listen at an address of this machine; the port."""
        self._server = await asyncio.start_server(self._accept, host, 0)
        return self._server.sockets[0].getsockname()[1]

    async def stream(self) -> Stream:
        """The data connection, when it is there.

        Raises:
            TimeoutError: nobody connected.
            ConnectionError: there is no TLS.
        """
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self._came)

    async def close(self) -> None:
        """Send what is left, and end; connections that are late find nobody."""
        self._over.set()
        if self._server is not None:
            self._server.close()
        for each in self._serving if not self._came.done() else ():
            each.cancel()
        if self._serving:
            await asyncio.wait(self._serving)
        self._came.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream(reader, writer)
        if self._serving or writer.get_extra_info("peername")[0] != self._client:
            stream.close()
            return
        task = asyncio.create_task(self._serve(stream))
        self._serving.add(task)
        await task

    async def _serve(self, stream: Stream) -> None:
        try:
            if self._tls is None:
                await self._hand_over(stream)
                return
            async with secured(stream, self._tls) as (plain, _):
                await self._hand_over(plain)
        except HandshakeFailed as error:
            if not self._came.done():
                self._came.set_exception(ConnectionError(str(error)))
        finally:
            stream.close()

    async def _hand_over(self, stream: Stream) -> None:
        if not self._came.done():
            self._came.set_result(stream)
        await self._over.wait()
        stream.close()
