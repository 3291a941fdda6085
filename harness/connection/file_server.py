"""Where a station under test fetches and delivers files (L01, N01; FileTransferProtocols)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.connection.file_login import Login
from harness.connection.file_shelf import Shelf, Upload
from harness.connection.tls_server import Tls


class Service(Protocol):
    """One protocol by which a shelf is served."""

    async def start(self, bind: str, port: int) -> int:
        """Listen; the port, which the machine chooses for 0."""
        ...

    async def stop(self) -> None:
        """End every transfer, and listen no more."""
        ...


@dataclass(frozen=True)
class Access:
    """How a file server is reached: ``protocol`` is one of ``FILE_PROTOCOLS``.

    ``bind``: the address where it listens; ``host``: the name by which stations reach it; ``port``:
    0 lets the machine choose.
    """

    protocol: str = "HTTP"
    bind: str = "127.0.0.1"
    host: str = "127.0.0.1"
    port: int = 0


# Each takes a while to load, and few cases transfer files.


def _http(shelf: Shelf, _login: Login, _tls: Tls) -> Service:
    from harness.connection.http_files import HttpFiles

    return HttpFiles(shelf)


def _https(shelf: Shelf, _login: Login, tls: Tls) -> Service:
    from harness.connection.http_files import HttpFiles

    return HttpFiles(shelf, tls)


def _ftp(shelf: Shelf, login: Login, _tls: Tls) -> Service:
    from harness.connection.ftp_files import FtpFiles

    return FtpFiles(shelf, login)


def _ftps(shelf: Shelf, login: Login, tls: Tls) -> Service:
    from harness.connection.ftp_files import FtpFiles

    return FtpFiles(shelf, login, tls)


def _sftp(shelf: Shelf, login: Login, _tls: Tls) -> Service:
    from harness.connection.sftp_files import SftpFiles

    return SftpFiles(shelf, login)


_SERVICES: Mapping[str, Callable[[Shelf, Login, Tls], Service]] = {
    "HTTP": _http,
    "HTTPS": _https,
    "FTP": _ftp,
    "FTPS": _ftps,
    "SFTP": _sftp,
}
#: Those that ask who comes.
_WITH_LOGIN = ("FTP", "FTPS", "SFTP")


class FileServer:
    """Gives and takes the files of ``shelf``; each transfer lasts until ``shelf.free`` is set.

    ``tls``: how it shows itself where the protocol is secured by TLS.
    """

    def __init__(self, shelf: Shelf, access: Access, login: Login, tls: Tls) -> None:
        self.shelf = shelf
        self._access = access
        self._service = _SERVICES[access.protocol](shelf, login, tls)
        self._user = login.in_url if access.protocol in _WITH_LOGIN else ""
        self._port = access.port

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        self._port = await self._service.start(self._access.bind, self._access.port)

    async def stop(self) -> None:
        """Let every transfer end, and listen no more."""
        self.shelf.free.set()
        await self._service.stop()

    def url(self, path: str) -> str:
        """The address of a path; user and password are in it where they are asked for."""
        scheme, host = self._access.protocol.lower(), self._access.host
        return f"{scheme}://{self._user}{host}:{self._port}/{path}"

    def give(self, name: str, content: bytes) -> str:
        """The address from which a station can fetch this file from now on."""
        return self.url(self.shelf.offer(name, content))

    def take(self, name: str) -> Upload:
        """A place to which a station can deliver one file."""
        return self.shelf.expect(name, self.url)
