"""Where a station under test fetches and delivers files by HTTP or HTTPS (L01, N01)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from email.message import Message
from pathlib import PurePosixPath

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from harness.connection.file_shelf import LONGEST, File, Outcome, Shelf, Transfer, Upload

#: Seconds between the bytes of a transfer that may not end yet: the station sees that it lives.
_TRICKLE = 1.0
_PART = 65536


class TooLong(Exception):
    """A station delivers more than it may."""


class FileServer:
    """Gives and takes the files of ``shelf``; each transfer lasts until ``shelf.free`` is set.

    ``host`` is the name by which stations reach it; port 0 lets the machine choose. With ``tls``
    it speaks HTTPS, without HTTP.
    """

    def __init__(
        self,
        shelf: Shelf,
        bind: str,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        *,
        longest: int = LONGEST,
    ) -> None:
        self.shelf = shelf
        self._bind, self._host, self._port, self._tls = bind, host, port, tls
        self._longest = longest
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._bind, self._port, ssl_context=self._tls).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let every transfer end, and listen no more."""
        self.shelf.free.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http{'s' if self._tls else ''}://{self._host}:{self._port}/{path}"

    def give(self, name: str, content: bytes) -> str:
        """The address from which a station can fetch this file from now on."""
        return self.url(self.shelf.offer(name, content))

    def take(self, name: str) -> Upload:
        """A place to which a station can deliver one file."""
        return self.shelf.expect(name, self.url)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if request.method in ("PUT", "POST"):
            return await self._taken(request, path)
        if request.method in ("GET", "HEAD"):
            return await self._given(request, path)
        return web.Response(status=405)

    async def _given(self, request: web.Request, path: str) -> web.StreamResponse:
        content, name = self.shelf.offered(path), PurePosixPath(path).name
        if content is None:
            missing = self.shelf.begin(name, delivers=False, path=path)
            self.shelf.end(missing, Outcome.MISSING)
            return web.Response(status=404)
        asked = request.http_range
        first, end, _ = asked.indices(len(content))
        response = web.StreamResponse(headers={"Accept-Ranges": "bytes"})
        response.content_length = end - first
        if (asked.start, asked.stop) != (None, None):
            response.set_status(206 if first < end else 416)
            response.headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
        await response.prepare(request)
        if request.method == "GET":
            transfer = self.shelf.begin(name, delivers=False, path=path, first=first)
            await self._send(response, content[first:end], transfer)
        return response

    async def _send(self, response: web.StreamResponse, content: bytes, transfer: Transfer) -> None:
        """Send it, the last byte not before transfers may end."""
        outcome = Outcome.ABORTED
        try:
            while not self.shelf.free.is_set() and transfer.size < len(content) - 1:
                await self._write(response, content, transfer, 1)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_TRICKLE):
                        await self.shelf.free.wait()
            await self.shelf.free.wait()
            while transfer.size < len(content):
                await self._write(response, content, transfer, _PART)
            await response.write_eof()
            outcome = Outcome.COMPLETE
        except ConnectionError:
            return  # The station has hung up, as it may.
        finally:
            self.shelf.end(transfer, outcome)

    async def _write(
        self, response: web.StreamResponse, content: bytes, transfer: Transfer, most: int
    ) -> None:
        part = content[transfer.size : transfer.size + most]
        await response.write(part)
        transfer.size += len(part)

    async def _taken(self, request: web.Request, path: str) -> web.Response:
        place, name = self.shelf.place(path), PurePosixPath(path).name
        transfer = self.shelf.begin(place.name if place else name, delivers=True, path=path)
        if place is None:
            self.shelf.end(transfer, Outcome.MISSING)
            return web.Response(status=404)
        outcome = Outcome.ABORTED
        try:
            file = await self._received(request, transfer, "" if path == place.path else name)
            await self.shelf.free.wait()
            place.take(file)
            outcome = Outcome.COMPLETE
        except TooLong:
            outcome = Outcome.REFUSED
            return web.Response(status=413)
        except (ConnectionError, ValueError, HttpProcessingError):
            return web.Response(status=400)
        finally:
            self.shelf.end(transfer, outcome)
        return web.Response(status=201)

    async def _received(self, request: web.Request, transfer: Transfer, name: str) -> File:
        """The file in the body: all of it, or the first file of a form (N01.FR.18, N01.FR.19).

        ``name``: that of the path, where the station chose it.
        """
        told = _file_name(request.headers.get("Content-Disposition", ""))
        if request.content_type.startswith("multipart/"):
            async for part in _parts(await request.multipart()):
                if part.filename is not None:
                    body = await self._read(_pieces(part), transfer)
                    return File(part.filename or told or name, body)
        missing = ()
        if request.method == "POST":
            given = {"Content-Type": "Content-Type" in request.headers, "Content-Disposition": told}
            missing = tuple(header for header, there in given.items() if not there)
        body = await self._read(request.content.iter_chunked(_PART), transfer)
        return File(told or name, body, missing)

    async def _read(self, pieces: AsyncIterator[bytes], transfer: Transfer) -> bytes:
        body = bytearray()
        async for piece in pieces:
            body += piece
            transfer.size = len(body)
            if len(body) > self._longest:
                raise TooLong
        return bytes(body)


def _file_name(disposition: str) -> str:
    """The file name in a Content-Disposition header, "" if it has none."""
    header = Message()
    header["Content-Disposition"] = disposition
    return PurePosixPath(header.get_filename("")).name


async def _parts(form: MultipartReader) -> AsyncIterator[BodyPartReader]:
    while (part := await form.next()) is not None:
        if isinstance(part, BodyPartReader):
            yield part


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(_PART):
        yield piece
