"""What a loop waits for that others do: it takes real time."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import weakref
from dataclasses import dataclass, field
from typing import Protocol


class Closing(Protocol):
    """A transport, as far as it is asked here."""

    def is_closing(self) -> bool:
        """Whether it is closed, or going to be."""
        ...


@dataclass
class Foreign:
    """Child processes, ``transports`` and ``sockets`` to other processes, descriptors watched."""

    children: weakref.WeakSet[asyncio.SubprocessTransport] = field(
        default_factory=weakref.WeakSet[asyncio.SubprocessTransport]
    )
    transports: weakref.WeakSet[Closing] = field(default_factory=weakref.WeakSet[Closing])
    servers: weakref.WeakSet[asyncio.AbstractServer] = field(
        default_factory=weakref.WeakSet[asyncio.AbstractServer]
    )
    sockets: weakref.WeakSet[socket.socket] = field(default_factory=weakref.WeakSet[socket.socket])
    descriptors: set[int] = field(default_factory=set[int])

    def reason(self) -> str:
        """What is open, or empty."""
        if any(child.get_returncode() is None for child in self.children):
            return "a child process"
        if any(not transport.is_closing() for transport in self.transports):
            return "a pipe, or a socket that is not counted"
        if any(server.is_serving() for server in self.servers):
            return "a server on a UNIX socket"
        if any(sock.fileno() >= 0 for sock in self.sockets):
            return "a UNIX socket of another process"
        return "a file descriptor that is watched" if self.descriptors else ""

    def look_at(self, sock: socket.socket) -> None:
        """Keep an eye on a UNIX socket whose other end is in another process."""
        if hasattr(socket, "AF_UNIX") and sock.family == socket.AF_UNIX and _other_process(sock):
            self.sockets.add(sock)


def _other_process(sock: socket.socket) -> bool:
    if not hasattr(socket, "SO_PEERCRED"):  # Linux only.
        return False
    size = struct.calcsize("3i")
    pid, _user, _group = struct.unpack(
        "3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return pid != os.getpid()
