"""Files that a station fetches and delivers by HTTP and HTTPS (L01, N01)."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from harness.reference.station.context import StationContext

#: What is delivered, in one piece or in several.
Content = bytes | AsyncIterator[bytes]
#: Seconds without a byte after which a transfer is given up.
STALLED = 60.0


class TransferFailed(Exception):
    """It did not work; the message says why."""


async def fetch(station: StationContext, url: str, roots: Sequence[str]) -> bytes:
    """The file at ``url``; ``roots`` are the PEM texts of those that are trusted (N01.FR.15).

    Raises:
        TransferFailed: it is not to be had.
    """
    return await _request(station, "GET", url, roots)


async def exists(station: StationContext, url: str, roots: Sequence[str]) -> bool:
    """Whether there is a file at ``url``; ``roots`` as for ``fetch``."""
    try:
        await _request(station, "HEAD", url, roots)
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
    headers = {"Content-Type": "application/octet-stream"}
    if name:
        headers["Content-Disposition"] = f'form-data; name="uploadfile"; filename="{name}"'
    await _request(station, method, url, roots, data=content, headers=headers)


async def _request(
    station: StationContext,
    method: str,
    url: str,
    roots: Sequence[str],
    data: Content | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    named = urlsplit(url)
    host = station.config.addresses.get(named.hostname or "", named.hostname or "")
    port = f":{named.port}" if named.port else ""
    reached = urlunsplit(named._replace(netloc=f"{host}{port}"))
    timeout = aiohttp.ClientTimeout(total=None, sock_read=STALLED, sock_connect=STALLED)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(
                method,
                reached,
                data=data,
                headers={"Host": named.netloc, **(headers or {})},
                server_hostname=named.hostname if named.scheme == "https" else None,
                ssl=_trusting(roots),
            ) as answer,
        ):
            content = await answer.read()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise TransferFailed(f"{type(error).__name__}: {error}") from error
    if not answer.ok:
        raise TransferFailed(f"HTTP {answer.status}")
    return content


def _trusting(roots: Sequence[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if roots:
        context.load_verify_locations(cadata="\n".join(roots))
    return context
