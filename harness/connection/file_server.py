"""Where a station under test delivers and fetches files by HTTP (N01, L01)."""

from __future__ import annotations

import asyncio

from aiohttp import web

#: Bytes of the longest log that is taken.
LONGEST = 100_000_000


class FileServer:
    """Takes every file, and gives those it has; each transfer waits until it is let to end.

    ``host`` is the name by which stations reach it; port 0 lets the machine choose.
    """

    def __init__(self, bind: str, host: str, port: int) -> None:
        self._bind, self._host, self._port = bind, host, port
        #: What it gives, by name.
        self.files: dict[str, bytes] = {}
        #: What it was given, by name.
        self.taken: dict[str, bytes] = {}
        #: Set when transfers may end.
        self.free = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application(client_max_size=LONGEST)
        app.router.add_route("*", "/{name}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._bind, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let every transfer end, and listen no more."""
        self.free.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, name: str) -> str:
        """Where a file of this name is, or is to be put."""
        return f"http://{self._host}:{self._port}/{name}"

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if request.method in ("PUT", "POST"):
            self.taken[name] = await request.read()
            await self.free.wait()
            return web.Response()
        if name not in self.files:
            return web.Response(status=404)
        await self.free.wait()
        return web.Response(body=self.files[name])
