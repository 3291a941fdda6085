"""Files that a station fetches and delivers (L01, N01), by the protocol that the URL names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from harness.reference.station.context import StationContext
from harness.reference.station.transfer import Content, Target, TransferFailed
from harness.reference.station.transfer_ftp import FtpClient
from harness.reference.station.transfer_http import HttpClient
from harness.reference.station.transfer_sftp import SftpClient

__all__ = ["CLIENTS", "Client", "Content", "TransferFailed", "deliver", "exists", "fetch"]


class Client(Protocol):
    """What fetches and delivers by one protocol; each raises ``TransferFailed``."""

    async def fetch(self) -> bytes:
        """The file."""
        ...

    async def look(self) -> None:
        """See whether there is a file."""
        ...

    async def deliver(self, name: str, content: Content, method: str, /) -> None:
        """Put a file there; name and method are for HTTP."""
        ...


#: By the scheme of a URL.
CLIENTS: Mapping[str, Callable[[Target], Client]] = {
    "http": HttpClient,
    "https": HttpClient,
    "ftp": FtpClient,
    "ftps": FtpClient,
    "sftp": SftpClient,
}


async def fetch(station: StationContext, url: str, roots: Sequence[str]) -> bytes:
    """The file at ``url``; ``roots`` are the PEM texts of those that are trusted (N01.FR.15).

    Raises:
        TransferFailed: it is not to be had.
    """
    return await _client(station, url, roots).fetch()


async def exists(station: StationContext, url: str, roots: Sequence[str]) -> bool:
    """Whether there is a file at ``url``; ``roots`` as for ``fetch``."""
    try:
        await _client(station, url, roots).look()
    except TransferFailed:
        return False
    return True


async def deliver(
    station: StationContext,
    url: str,
    roots: Sequence[str],
    name: str,
    content: Content,
    method: str = "POST",
) -> None:
    """Put a file there, under this name if it is not "" (N01.FR.19); ``roots`` as for ``fetch``.

    Raises:
        TransferFailed: nobody took it.
    """
    await _client(station, url, roots).deliver(name, content, method)


def _client(station: StationContext, url: str, roots: Sequence[str]) -> Client:
    named = urlsplit(url)
    if named.scheme not in CLIENTS:
        raise TransferFailed(f"no {named.scheme} here")
    host = named.hostname or ""
    config = station.config
    address = config.addresses.get(host, host)
    target = Target(named, address, tuple(roots), config.implicit_ftps, config.fetches_in_parts)
    return CLIENTS[named.scheme](target)
