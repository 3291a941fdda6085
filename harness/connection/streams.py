"""Two ends of a connection as byte streams, and passing bytes between them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

_CHUNK = 65536


@dataclass(frozen=True)
class Stream:
    """One end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def own_port(self) -> int:
        """The port at this end of a TCP connection."""
        return cast(int, self.writer.get_extra_info("sockname")[1])

    async def read(self) -> bytes:
        """The next bytes, empty at the end; an end without a goodbye is an end too."""
        try:
            return await self.reader.read(_CHUNK)
        except (OSError, EOFError):
            return b""

    async def write(self, data: bytes) -> None:
        """Send; what cannot be sent any more is lost."""
        with suppress(OSError):
            self.writer.write(data)
            await self.writer.drain()

    def close(self) -> None:
        """Send what is left, and end."""
        self.writer.close()


async def splice(one: Stream, other: Stream) -> None:
    """Pass bytes both ways until one end ends; then end both."""
    pumps = [asyncio.create_task(_pump(one, other)), asyncio.create_task(_pump(other, one))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        one.close()
        other.close()


async def _pump(source: Stream, target: Stream) -> None:
    while data := await source.read():
        await target.write(data)
