"""Transfers by FTP and FTPS."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from harness.reference.station.transfer import STALLED, Content, Target, TransferFailed, pieces

if TYPE_CHECKING:
    import aioftp


class FtpClient:
    """Fetches from a URL, or delivers there."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def fetch(self) -> bytes:
        """The file.

        Raises:
            TransferFailed: it is not to be had.
        """
        async with self._logged_in() as client, client.download_stream(self._target.path) as data:
            return b"".join([part async for part in data.iter_by_block()])

    async def look(self) -> None:
        """See whether there is a file.

        Raises:
            TransferFailed: there is none.
        """
        async with self._logged_in() as client:
            await client.command(f"SIZE {self._target.path}", "213")

    async def deliver(self, _name: str, content: Content, _method: str = "") -> None:
        """Put a file there, whose name is in the path.

        Raises:
            TransferFailed: nobody took it.
        """
        async with self._logged_in() as client, client.upload_stream(self._target.path) as data:
            async for piece in pieces(content):
                await data.write(piece)

    @asynccontextmanager
    async def _logged_in(self) -> AsyncGenerator[aioftp.Client]:
        import aioftp  # takes a while to load, and few cases transfer files

        target = self._target
        secured = target.url.scheme == "ftps"
        implicit = secured and target.implicit
        client = aioftp.Client(
            socket_timeout=STALLED,
            connection_timeout=STALLED,
            ssl=target.tls() if implicit else None,
        )
        try:
            await client.connect(target.address, target.url.port or (990 if implicit else 21))
            if secured and not implicit:
                await client.upgrade_to_tls(target.tls())
            await client.login(target.user, target.password)
            yield client
            await client.quit()
        except (aioftp.AIOFTPException, OSError, TimeoutError) as error:
            raise TransferFailed(f"{type(error).__name__}: {error}") from error
        finally:
            client.close()
