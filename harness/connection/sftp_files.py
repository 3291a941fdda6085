"""Gives and takes the files of a shelf by SFTP, version 3 (draft-ietf-secsh-filexfer-02)."""
# ruff: noqa: ARG002 - asyncssh decides what its hooks are given

from __future__ import annotations

import asyncio
import stat
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import PurePosixPath
from typing import Never

import asyncssh
from asyncssh.constants import FXF_APPEND, FXF_TRUNC, FXF_WRITE

from harness.connection.file_login import Login
from harness.connection.file_shelf import Outcome, Shelf, TooLong, Transfer, resolved
from harness.connection.file_transfers import TRICKLE, Delivery

_FILE = asyncssh.SFTPAttrs(permissions=stat.S_IFREG | 0o600)
_FOLDER = asyncssh.SFTPAttrs(permissions=stat.S_IFDIR | 0o700)


class SftpFiles:
    """A server of one shelf, with host keys that are made when the harness runs."""

    def __init__(self, shelf: Shelf, login: Login) -> None:
        self._shelf, self._login = shelf, login
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()

    async def start(self, bind: str, port: int) -> int:
        """Listen; the port, which the machine chooses for 0.

        Raises:
            OSError: the port is taken.
        """
        self._acceptor = await asyncssh.listen(
            bind,
            port,
            server_factory=lambda: _Guard(self._shelf, self._login, self._connections),
            server_host_keys=_host_keys(),
            sftp_factory=partial(_Files, self._shelf),
            allow_pty=False,
            gss_host=None,
        )
        return self._acceptor.get_port()

    async def stop(self) -> None:
        """Break off what is under way, and listen no more."""
        if self._acceptor is None:
            return
        self._acceptor.close()
        for connection in list(self._connections):
            connection.abort()
            await connection.wait_closed()
        await self._acceptor.wait_closed()


@cache
def _host_keys() -> list[asyncssh.SSHKey]:
    """Of all kinds that a station may know, and the same in the whole run."""
    kinds = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")
    return [asyncssh.generate_private_key(kind) for kind in kinds]  # pyright: ignore[reportUnknownMemberType]  # its **kwargs have no types


class _Guard(asyncssh.SSHServer):
    """Lets in who shows user and password."""

    def __init__(
        self, shelf: Shelf, login: Login, connections: set[asyncssh.SSHServerConnection]
    ) -> None:
        self._shelf, self._login, self._connections = shelf, login, connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        fits = self._login.fits(username, password)
        if not fits:
            self._shelf.denied()
        return fits


@dataclass
class _Reading:
    """A file that is open to be fetched; each run of reads is a transfer of its own."""

    path: str
    content: bytes
    transfer: Transfer | None = None


@dataclass
class _Writing:
    """A file that is open to be delivered; ``appends``: wherever it is told to."""

    delivery: Delivery
    appends: bool


class _Files(asyncssh.SFTPServer):
    """The shelf as one client sees it; what is not here is refused."""

    def __init__(self, shelf: Shelf, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(chan)  # pyright: ignore[reportUnknownMemberType]  # of a channel of anything
        self._shelf = shelf

    def _missing(self, path: str, *, delivers: bool = False) -> asyncssh.SFTPNoSuchFile:
        self._shelf.missed(path, delivers=delivers)
        return asyncssh.SFTPNoSuchFile("There is no such thing")

    # Files

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        wanted = _path(path)
        if pflags & (FXF_WRITE | FXF_APPEND):
            place = self._shelf.place(wanted)
            if place is None:
                raise self._missing(wanted, delivers=True)
            first = 0 if pflags & FXF_TRUNC else len(place.part)
            appends = bool(pflags & FXF_APPEND)
            return _Writing(Delivery(self._shelf, place, wanted, first), appends)
        content = self._shelf.offered(wanted)
        if content is None:
            raise self._missing(wanted)
        return _Reading(wanted, content)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Bytes of a file; the last one not before transfers may end."""
        if not isinstance(file_obj, _Reading):
            raise asyncssh.SFTPPermissionDenied("It is open to be written")
        length = len(file_obj.content)
        if offset >= length:
            return b""
        run = self._run_of(file_obj, offset)
        if offset + size >= length:
            size = await self._held(length - offset)
        part = file_obj.content[offset : offset + size]
        run.size += len(part)
        return part

    async def _held(self, left: int) -> int:
        """How much may be given of what is left.

        One byte after a while keeps the client waiting, which is heard again only when it has its
        answer.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(TRICKLE if left > 1 else None):
                await self._shelf.free.wait()
        return left if self._shelf.free.is_set() else 1

    def _run_of(self, file: _Reading, offset: int) -> Transfer:
        run = file.transfer
        if run is None or offset != run.first + run.size:
            self._end(file)
            run = file.transfer = self._shelf.begin(
                PurePosixPath(file.path).name, delivers=False, path=file.path, first=offset
            )
        return run

    def _end(self, file: _Reading) -> None:
        if file.transfer is not None:
            whole = file.transfer.first + file.transfer.size >= len(file.content)
            self._shelf.end(file.transfer, Outcome.COMPLETE if whole else Outcome.ABORTED)
            file.transfer = None

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if not isinstance(file_obj, _Writing):
            raise asyncssh.SFTPPermissionDenied("It is open to be read")
        try:
            file_obj.delivery.put(data, None if file_obj.appends else offset)
        except TooLong:
            file_obj.delivery.lose(Outcome.REFUSED)
            raise asyncssh.SFTPQuotaExceeded("Too long") from None
        return len(data)

    def close(self, file_obj: object) -> Awaitable[None]:
        """The client has done with a file, or is gone: then what it brought is not whole."""
        # asyncssh closes what was left open as it handles the exception that ended the session.
        return self._close(file_obj, gone=sys.exc_info()[0] is not None)

    async def _close(self, file: object, *, gone: bool) -> None:
        if isinstance(file, _Reading):
            self._end(file)
        elif isinstance(file, _Writing) and gone:
            file.delivery.lose()
        elif isinstance(file, _Writing):
            await file.delivery.keep()

    # What is where

    def realpath(self, path: bytes) -> bytes:
        return f"/{_path(path)}".encode()

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        wanted = _path(path)
        if size := self._shelf.size(wanted):
            return _file(size)
        if self._shelf.is_folder(wanted):
            return _FOLDER
        if self._shelf.is_known(wanted):
            raise asyncssh.SFTPNoSuchFile("Not yet")
        raise self._missing(wanted)

    lstat = stat

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        if isinstance(file_obj, _Reading):
            return _file(len(file_obj.content))
        if isinstance(file_obj, _Writing):
            return _file(file_obj.delivery.size)
        return _FILE

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for name in self._shelf.names(_path(path)):
            yield asyncssh.SFTPName(name.encode(), attrs=_FILE)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if not self._shelf.rename(_path(oldpath), _path(newpath)):
            raise asyncssh.SFTPPermissionDenied("Not so")

    posix_rename = rename

    # What makes no difference

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        return

    lsetstat = setstat

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        return

    def fsync(self, file_obj: object) -> None:
        return

    # What nobody may

    def open56(
        self, path: bytes, desired_access: int, flags: int, attrs: asyncssh.SFTPAttrs
    ) -> Never:
        raise asyncssh.SFTPOpUnsupported("Version 3")

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> Never:
        raise asyncssh.SFTPPermissionDenied("Not here")

    def _refuse(self, path: bytes) -> Never:
        raise asyncssh.SFTPPermissionDenied("Not here")

    remove = rmdir = readlink = statvfs = _refuse

    def _refuse_link(self, oldpath: bytes, newpath: bytes) -> Never:
        raise asyncssh.SFTPPermissionDenied("Not here")

    symlink = link = _refuse_link

    def fstatvfs(self, file_obj: object) -> Never:
        raise asyncssh.SFTPOpUnsupported("Not here")


def _path(path: bytes) -> str:
    return resolved("", path.decode("utf-8", "replace"))


def _file(size: int) -> asyncssh.SFTPAttrs:
    return asyncssh.SFTPAttrs(size=size, permissions=_FILE.permissions)
