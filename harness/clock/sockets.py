"""Sockets that count what they send and receive, so that it is known what is still on its way.

The two ends of a TCP connection find each other by their addresses. Ends in another process, or on
another loop, are unknown here.
"""

from __future__ import annotations

import selectors
import socket
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar, cast

#: Host without IPv6 mapping or scope, and port.
Address = tuple[str, int]
Watched = Callable[[int], int]
T = TypeVar("T")

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


@dataclass(eq=False)
class End:
    """One end of a connection, as this process knows it.

    ``sent``, ``received``: bytes; ``finished``: nothing more will be sent; ``ended``: it has seen
    that nothing more will come; ``peer``: the other end, if it is on this loop; ``listener``: what
    is going to accept the other end, if that is on this loop.
    """

    sent: int = 0
    received: int = 0
    finished: bool = False
    ended: bool = False
    fd: int = -1
    names: tuple[Address, Address] | None = None
    peer: End | None = None
    listener: weakref.ref[CountedSocket] | None = None
    owner: weakref.ref[CountedSocket] | None = None

    @property
    def is_open(self) -> bool:
        """Neither closed nor forgotten."""
        return _is_open(self.owner)

    def pending(self, watched: Watched) -> str:
        """What this end is going to be told by the network without anybody's doing, or empty.

        ``watched``: for which events the loop waits on a file descriptor.
        """
        if self.peer is None:
            return self._unaccepted(watched)
        if not self.is_open or self.ended:
            return ""
        gone = not self.peer.is_open
        if watched(self.fd) & _READ:
            if self.peer.sent > self.received:
                return f"{self.peer.sent - self.received} bytes to {self}"
            if self.peer.finished or gone:
                return f"the end of the connection to {self}"
        if watched(self.fd) & _WRITE and (gone or self.peer.received == self.sent):
            return f"room to write for {self}"
        return ""

    def _unaccepted(self, watched: Watched) -> str:
        if self.listener is None:
            return ""
        listener = self.listener()
        if listener is not None and listener.fileno() >= 0:
            accepting = watched(listener.fileno()) & _READ
            return f"the acceptance of {self}" if accepting else ""
        waiting = self.is_open and not self.ended and watched(self.fd) & _READ
        return f"the refusal of {self}" if waiting else ""

    def __str__(self) -> str:
        local, remote = self.names or (("?", 0), ("?", 0))
        return f"{local[0]}:{local[1]} (from {remote[0]}:{remote[1]})"


class CountedSocket(socket.socket):
    """A stream socket that counts.

    asyncio's stream transports use ``send``, ``sendmsg``, ``recv`` and ``recv_into`` alone; the
    other ways to send and receive are not counted.
    """

    end: End
    ledger: Ledger | None = None

    def __init__(
        self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None
    ) -> None:
        super().__init__(family, type, proto, fileno)
        self.end = End()

    @classmethod
    def of(cls, plain: socket.socket) -> CountedSocket:
        """The same socket, counted; the given object loses it."""
        timeout = plain.gettimeout()
        counted = cls(fileno=plain.detach())
        counted.settimeout(timeout)
        return counted

    def accept(self) -> tuple[CountedSocket, Any]:
        """Accept a connection, whose socket counts too."""
        plain, address = super().accept()
        counted = CountedSocket.of(plain)
        if self.ledger is not None:
            self.ledger.connected(counted)
        return counted, address

    def send(self, *args: Any) -> int:
        """Send, and count."""
        return self._counted_send(super().send, args)

    def sendmsg(self, *args: Any) -> int:
        """Send, and count."""
        return self._counted_send(super().sendmsg, args)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive, and count."""
        data = self._seeing_the_end(super().recv, (bufsize, flags))
        self._count(len(data), bufsize, flags)
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive, and count."""
        size = self._seeing_the_end(super().recv_into, (buffer, nbytes, flags))
        self._count(size, nbytes or len(buffer), flags)
        return size

    def shutdown(self, how: int) -> None:
        """End one direction or both."""
        super().shutdown(how)
        if how != socket.SHUT_RD:
            self.end.finished = True

    def detach(self) -> int:
        """Give the descriptor away: what happens to it is unknown from here on."""
        if self.ledger is not None:
            self.ledger.forget(self.end)
        return super().detach()

    def _counted_send(self, send: Callable[..., int], args: tuple[Any, ...]) -> int:
        size = self._seeing_the_end(send, args)
        self.end.sent += size
        return size

    def _count(self, size: int, asked: int, flags: int) -> None:
        if flags & socket.MSG_PEEK:
            return
        self.end.received += size
        if size == 0 and asked:
            self.end.ended = True

    def _seeing_the_end(self, call: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            return call(*args)
        except (BlockingIOError, InterruptedError):
            raise
        except OSError:
            self.end.ended = True
            raise


@dataclass(eq=False)
class Ledger:
    """The counted sockets of one loop. ``connecting``: connections that are being made."""

    ends: dict[tuple[Address, Address], End] = field(
        default_factory=dict[tuple[Address, Address], End]
    )
    listeners: dict[Address, weakref.ref[CountedSocket]] = field(
        default_factory=dict[Address, "weakref.ref[CountedSocket]"]
    )
    connecting: int = 0

    def listening(self, sock: CountedSocket) -> None:
        """Know a bound socket that listens or is going to."""
        sock.ledger = self
        self.listeners[_address(sock.getsockname())] = weakref.ref(sock)

    def connected(self, sock: CountedSocket) -> None:
        """Know one end of a connection; one that is already broken has nothing to wait for."""
        sock.ledger, end = self, sock.end
        end.owner, end.fd = weakref.ref(sock), sock.fileno()
        try:
            end.names = local, remote = _address(sock.getsockname()), _address(sock.getpeername())
        except OSError:
            end.ended = True
            return
        other = self.ends.get((remote, local))
        if other is not None and other.peer is None:
            end.peer, other.peer = other, end
        else:
            end.listener = self._listener(local, remote)
        self.ends[local, remote] = end

    def forget(self, end: End) -> None:
        """An end is not ours any more."""
        if end.names is not None:
            self.ends.pop(end.names, None)
        if end.peer is not None:
            end.peer.peer = None

    def pending(self, watched: Watched) -> str:
        """What is on its way between two ends of this loop, or empty."""
        self._prune()
        return next(filter(None, (end.pending(watched) for end in self.ends.values())), "")

    def foreign(self) -> str:
        """An open connection whose other end is not on this loop, or empty."""
        unknown = (e for e in self.ends.values() if e.is_open and not (e.peer or e.listener))
        return next((f"the connection of {end}" for end in unknown), "")

    def _listener(self, local: Address, remote: Address) -> weakref.ref[CountedSocket] | None:
        exact = self.listeners.get(remote)
        if exact is not None:
            return exact
        if not (is_loopback(remote[0]) or local[0] == remote[0]):
            return None  # A wildcard address stands for this machine's addresses alone.
        any_host = "::" if ":" in remote[0] else "0.0.0.0"
        return self.listeners.get((any_host, remote[1]))

    def _prune(self) -> None:
        if self.connecting:  # The client's end of a connection may come after its server's.
            return
        for names, end in list(self.ends.items()):
            if not end.is_open and not (end.peer and end.peer.is_open) and not _awaited(end):
                del self.ends[names]
        for address, listener in list(self.listeners.items()):
            if not _is_open(listener):
                del self.listeners[address]


def is_loopback(host: str) -> bool:
    """Whether an IP address is this machine's own for sure."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _awaited(end: End) -> bool:
    """Whether a closed end is still to be accepted at the other."""
    return end.peer is None and _is_open(end.listener)


def _is_open(ref: weakref.ref[CountedSocket] | None) -> bool:
    sock = ref() if ref is not None else None
    return sock is not None and sock.fileno() >= 0


def _address(name: object) -> Address:
    host, port = cast("tuple[str, int]", name)[:2]
    address = ip_address(host.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address), port
