"""What one transfer of a file is about, by whatever protocol."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote

#: What is delivered, in one piece or in several.
Content = bytes | AsyncIterator[bytes]
#: Seconds without a byte after which a transfer is given up.
STALLED = 60.0


class TransferFailed(Exception):
    """It did not work; the message says why."""


async def pieces(content: Content) -> AsyncIterator[bytes]:
    """What is delivered, piece by piece."""
    if isinstance(content, bytes):
        yield content
        return
    async for piece in content:
        yield piece


@dataclass(frozen=True)
class Target:
    """Where a file is or goes to: a URL, and the address of its host.

    ``roots``: PEM texts of those that are trusted. ``implicit``: FTPS begins with TLS, in place of
    AUTH TLS. ``in_parts``: files are fetched in two parts, where the protocol has a way to do it.
    """

    url: SplitResult
    address: str
    roots: tuple[str, ...] = ()
    implicit: bool = False
    in_parts: bool = False

    @property
    def path(self) -> str:
        """From the folder where the server begins."""
        return str(PurePosixPath(unquote(self.url.path)).relative_to("/"))

    @property
    def user(self) -> str:
        """Who the server is told that this is."""
        return unquote(self.url.username or "")

    @property
    def password(self) -> str:
        """What belongs to the user."""
        return unquote(self.url.password or "")

    def tls(self) -> ssl.SSLContext:
        """TLS that trusts the roots alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.roots:
            context.load_verify_locations(cadata="\n".join(self.roots))
        return context
