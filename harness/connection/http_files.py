"""Gives and takes the files of a shelf by HTTP and HTTPS (RFC 9110)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import Message
from pathlib import PurePosixPath

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from harness.connection.file_shelf import Outcome, Shelf, TooLong
from harness.connection.file_transfers import PART, Delivery, send
from harness.connection.tls_server import Tls


class HttpFiles:
    """A server of one shelf; with ``tls`` it speaks HTTPS."""

    def __init__(self, shelf: Shelf, tls: Tls | None = None) -> None:
        self._shelf, self._tls = shelf, tls
        self._runner: web.AppRunner | None = None

    async def start(self, bind: str, port: int) -> int:
        """Listen; the port, which the machine chooses for 0.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        context = self._tls.context() if self._tls else None
        await web.TCPSite(self._runner, bind, port, ssl_context=context).start()
        return self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if request.method in ("PUT", "POST"):
            return await self._taken(request, path)
        if request.method in ("GET", "HEAD"):
            return await self._given(request, path)
        return web.Response(status=405)

    async def _given(self, request: web.Request, path: str) -> web.StreamResponse:
        content = self._shelf.offered(path)
        if content is None:
            self._shelf.missed(path)
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
            await self._send(response, path, content, first, end)
        return response

    async def _send(
        self, response: web.StreamResponse, path: str, content: bytes, first: int, end: int
    ) -> None:
        name = PurePosixPath(path).name
        transfer = self._shelf.begin(name, delivers=False, path=path, first=first)
        outcome = Outcome.ABORTED
        try:
            await send(self._shelf, transfer, content[first:end], response.write)
            await response.write_eof()
            outcome = Outcome.COMPLETE
        except ConnectionError:
            return  # The station has hung up, as it may.
        finally:
            self._shelf.end(transfer, outcome)

    async def _taken(self, request: web.Request, path: str) -> web.Response:
        place = self._shelf.place(path)
        if place is None:
            self._shelf.missed(path, delivers=True)
            return web.Response(status=404)
        delivery = Delivery(self._shelf, place, path)
        try:
            await self._receive(request, delivery)
        except TooLong:
            delivery.lose(Outcome.REFUSED)
            return web.Response(status=413)
        except (ConnectionError, ValueError, HttpProcessingError):
            return web.Response(status=400)
        finally:
            delivery.lose()
        return web.Response(status=201)

    async def _receive(self, request: web.Request, delivery: Delivery) -> None:
        """Take the body, or the first file of a form (N01.FR.18, N01.FR.19)."""
        told = _file_name(request.headers.get("Content-Disposition", ""))
        if request.content_type.startswith("multipart/"):
            async for part in _parts(await request.multipart()):
                if part.filename is not None:
                    async for piece in _pieces(part):
                        delivery.put(piece)
                    await delivery.keep(part.filename or told)
                    return
        missing = ()
        if request.method == "POST":
            given = {"Content-Type": "Content-Type" in request.headers, "Content-Disposition": told}
            missing = tuple(header for header, there in given.items() if not there)
        async for piece in request.content.iter_chunked(PART):
            delivery.put(piece)
        await delivery.keep(told, missing)


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
    while piece := await part.read_chunk(PART):
        yield piece
