"""Transfers by SFTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from harness.reference.station.transfer import STALLED, Content, Target, TransferFailed, pieces

if TYPE_CHECKING:
    import asyncssh


class SftpClient:
    """Fetches from a URL, or delivers there; it trusts the host as it comes."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def fetch(self) -> bytes:
        """The file.

        Raises:
            TransferFailed: it is not to be had.
        """
        async with self._logged_in() as client, client.open(self._target.path, "rb") as file:
            return await file.read()

    async def look(self) -> None:
        """See whether there is a file.

        Raises:
            TransferFailed: there is none.
        """
        async with self._logged_in() as client:
            await client.stat(self._target.path)

    async def deliver(self, _name: str, content: Content, _method: str = "") -> None:
        """Put a file there, whose name is in the path.

        Raises:
            TransferFailed: nobody took it.
        """
        async with self._logged_in() as client:
            file = await client.open(self._target.path, "wb")
            async for piece in pieces(content):
                await file.write(piece)
            await file.close()  # Not where it broke off: that would say that it is whole.

    @asynccontextmanager
    async def _logged_in(self) -> AsyncGenerator[asyncssh.SFTPClient]:
        import asyncssh  # takes a while to load, and few cases transfer files

        target = self._target
        try:
            async with (
                asyncssh.connect(
                    target.address,
                    target.url.port or 22,
                    username=target.user,
                    password=target.password,
                    known_hosts=None,
                    client_keys=None,
                    config=None,
                    agent_path=None,
                    gss_host=None,
                    connect_timeout=STALLED,
                ) as connection,
                connection.start_sftp_client() as client,
            ):
                yield client
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise TransferFailed(f"{type(error).__name__}: {error}") from error
