"""A server on several addresses: one of asyncio's for each."""

from __future__ import annotations

import asyncio
from typing import Any


class SeveralServers(asyncio.AbstractServer):
    """As asyncio's ``Server``."""

    def __init__(self, servers: list[asyncio.Server]) -> None:
        self._servers = servers

    @property
    def sockets(self) -> tuple[Any, ...]:
        """Where it listens."""
        return tuple(sock for server in self._servers for sock in server.sockets)

    def close(self) -> None:
        """Accept no more connections."""
        for server in self._servers:
            server.close()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop it runs on."""
        return self._servers[0].get_loop()

    def is_serving(self) -> bool:
        """Whether it accepts connections."""
        return all(server.is_serving() for server in self._servers)

    async def start_serving(self) -> None:
        """Accept connections from now on."""
        for server in self._servers:
            await server.start_serving()

    async def serve_forever(self) -> None:
        """Accept connections until cancelled."""
        try:
            await asyncio.gather(*(server.serve_forever() for server in self._servers))
        finally:
            self.close()

    async def wait_closed(self) -> None:
        """Until every connection has ended."""
        for server in self._servers:
            await server.wait_closed()
