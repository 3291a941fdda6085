"""File servers of every protocol, and the embedded station's clients for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from harness.connection.file_login import Login
from harness.connection.file_server import Access, FileServer
from harness.connection.file_shelf import Shelf
from harness.connection.tls_server import Tls
from harness.pki import keys
from harness.reference.station.transfer import Target
from harness.reference.station.transfers import CLIENTS, Client

FIRMWARE = bytes(range(256)) * 1000
#: Protocols, and the two ways of FTPS.
KINDS = ("HTTP", "HTTPS", "FTP", "FTPS", "implicit FTPS", "SFTP")
WITH_LOGIN = KINDS[2:]

_folder = TemporaryDirectory()


@cache
def tls() -> Tls:
    """Certificates for 127.0.0.1."""
    folder = Path(_folder.name)
    root = keys.make_root(folder, "root", "Harness")
    return Tls(keys.issue_servers(folder, "server", root, ["127.0.0.1"], "Harness"))


@asynccontextmanager
async def serving(
    kind: str = "HTTP", *, longest: int = 1_000_000, bind: str = "127.0.0.1"
) -> AsyncIterator[FileServer]:
    shelf, access = Shelf(longest=longest), Access(kind.split()[-1], bind, bind)
    server = FileServer(shelf, access, Login(), tls())
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def client(kind: str, url: str) -> Client:
    """The embedded station's client for a URL."""
    tls()
    root = (Path(_folder.name) / "root.pem").read_text("ascii")
    named = urlsplit(url)
    implicit = kind.startswith("implicit")
    return CLIENTS[named.scheme](Target(named, named.hostname or "", (root,), implicit))
