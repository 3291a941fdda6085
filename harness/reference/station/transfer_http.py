"""Transfers by HTTP and HTTPS."""

from __future__ import annotations

from urllib.parse import urlunsplit

from harness.reference.station.transfer import STALLED, Content, Target, TransferFailed

#: Bytes of a file that is fetched in two parts which come first.
_PART = 100


class HttpClient:
    """Fetches from a URL, or delivers there."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def fetch(self) -> bytes:
        """The file.

        Raises:
            TransferFailed: it is not to be had.
        """
        if not self._target.in_parts:
            return await self._request("GET")
        begun = await self._request("GET", headers={"Range": f"bytes=0-{_PART - 1}"})
        return begun + await self._request("GET", headers={"Range": f"bytes={len(begun)}-"})

    async def look(self) -> None:
        """See whether there is a file.

        Raises:
            TransferFailed: there is none.
        """
        await self._request("HEAD")

    async def deliver(self, name: str, content: Content, method: str = "POST") -> None:
        """Put a file there, under this name if it is not "" (N01.FR.19).

        Raises:
            TransferFailed: nobody took it.
        """
        headers = {"Content-Type": "application/octet-stream"}
        if name:
            headers["Content-Disposition"] = f'form-data; name="uploadfile"; filename="{name}"'
        await self._request(method, content, headers)

    async def _request(
        self, method: str, data: Content | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        import aiohttp  # takes a tenth of a second to load, and few cases transfer files

        named = self._target.url
        port = f":{named.port}" if named.port else ""
        reached = urlunsplit(named._replace(netloc=f"{self._target.address}{port}"))
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
                    ssl=self._target.tls(),
                ) as answer,
            ):
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TransferFailed(f"{type(error).__name__}: {error}") from error
        if not answer.ok:
            raise TransferFailed(f"HTTP {answer.status}")
        return content
