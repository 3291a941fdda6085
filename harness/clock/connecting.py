"""Connect a counted socket to a host, as asyncio's ``create_connection`` does with its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from harness.clock.sockets import CountedSocket

Info = tuple[Any, Any, int, str, Any]


@dataclass(frozen=True)
class Target:
    """As the arguments of ``create_connection`` of the same names."""

    host: str | None
    port: Any
    family: int = 0
    proto: int = 0
    flags: int = 0
    local_addr: tuple[str, int] | None = None


async def connected(loop: asyncio.AbstractEventLoop, target: Target) -> CountedSocket:
    """A connection to the first address that takes it.

    Raises:
        OSError: none did.
    """
    errors: list[OSError] = []
    for info in await _infos(loop, target):
        try:
            return await _one(loop, info, target)
        except OSError as error:
            errors.append(error)
    if len({str(error) for error in errors}) == 1:
        raise errors[0]
    raise OSError(f"Multiple exceptions: {', '.join(map(str, errors))}")


async def _one(loop: asyncio.AbstractEventLoop, info: Info, target: Target) -> CountedSocket:
    family, kind, proto, _name, address = info
    sock = CountedSocket(family, kind, proto)
    try:
        sock.setblocking(False)
        if target.local_addr is not None:
            sock.bind(target.local_addr)
        await loop.sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


async def _infos(loop: asyncio.AbstractEventLoop, target: Target) -> Sequence[Info]:
    host, port, kind = target.host, target.port, socket.SOCK_STREAM
    with suppress(OSError):  # An IP address needs no thread.
        numeric = target.flags | socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return socket.getaddrinfo(host, port, target.family, kind, target.proto, numeric)
    return await loop.getaddrinfo(
        host, port, family=target.family, type=kind, proto=target.proto, flags=target.flags
    )
