"""One attempt at a file, by whatever protocol: what is sent, and what is received."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from harness.connection.file_shelf import File, Outcome, Shelf, TooLong, Transfer, Upload

#: Seconds between the bytes of a transfer that may not end yet: the station sees that it lives.
TRICKLE = 1.0
#: Bytes that are sent or received at a time.
PART = 65536

Write = Callable[[bytes], Awaitable[object]]


async def send(shelf: Shelf, transfer: Transfer, content: bytes, write: Write) -> None:
    """Send ``content``, the last byte not before transfers may end.

    Raises:
        ConnectionError: the station has hung up, as it may.
    """
    while not shelf.free.is_set() and transfer.size < len(content) - 1:
        await _send_part(transfer, content, write, 1)
        with suppress(TimeoutError):
            async with asyncio.timeout(TRICKLE):
                await shelf.free.wait()
    await shelf.free.wait()
    while transfer.size < len(content):
        await _send_part(transfer, content, write, PART)


async def _send_part(transfer: Transfer, content: bytes, write: Write, most: int) -> None:
    part = content[transfer.size : transfer.size + most]
    await write(part)
    transfer.size += len(part)


class Delivery:
    """What a station brings to a place, at a path that belongs to it.

    ``first``: it goes on there with what came before.
    """

    def __init__(self, shelf: Shelf, place: Upload, path: str, first: int = 0) -> None:
        self.transfer = shelf.begin(place.name, delivers=True, path=path, first=first)
        self._name = place.named(path)
        self._shelf, self._place = shelf, place
        self._body = bytearray(place.part[:first])

    @property
    def size(self) -> int:
        """Bytes of the file so far."""
        return len(self._body)

    def put(self, piece: bytes, at: int | None = None) -> None:
        """Take in a piece, by default at the end.

        Raises:
            TooLong: it is more than is taken.
        """
        first = self.size if at is None else at
        if first + len(piece) > self._shelf.longest:
            raise TooLong
        self._body.extend(bytes(max(first - self.size, 0)))
        self._body[first : first + len(piece)] = piece
        self.transfer.size += len(piece)

    async def keep(self, told: str = "", missing: tuple[str, ...] = ()) -> None:
        """All of it is here: take it as soon as transfers may end, if it was not refused.

        ``told``: its name, where another than the path has it; ``missing``: as of ``File``.
        """
        if self.transfer.outcome is not Outcome.UNDER_WAY:
            return
        await self._shelf.free.wait()
        self._place.take(File(told or self._name, bytes(self._body), missing))
        self._shelf.end(self.transfer, Outcome.COMPLETE)

    def lose(self, outcome: Outcome = Outcome.ABORTED) -> None:
        """It did not come to its end, if it is not there already."""
        if self.transfer.outcome is Outcome.UNDER_WAY:
            self._place.part = bytes(self._body)
            self._shelf.end(self.transfer, outcome)
