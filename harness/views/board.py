"""The page of a run: what goes on, and what somebody in front of the system is asked to do.

It is served from a thread of its own: cases keep their time, and it is there between them too.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from importlib.resources import files
from ipaddress import ip_address
from typing import Any, cast

from aiohttp import web

from harness.evidence.values import roughly
from harness.live.facts import Fact
from harness.live.so_far import SoFar
from harness.views.errands import LOOPBACK, Answer, Errand
from harness.views.words import place, side_by_side, waiting

#: Seconds between two looks whether there is something new; and after which the same is sent again,
#: so that both sides notice a connection that is dead.
_PACE, _ALIVE = 0.1, 4.0
_MOST_BYTES = 1 << 20
_WRONG_LINK = (
    "This is not the link of a run that goes on: open the one that the run shows, whole, or scan"
    " its code again."
)
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: What is served beside the stream: the file, and what it is.
_FILES = {"": ("board.html", "text/html"), "board.js": ("board.js", "text/javascript")}
_FILES["board.css"] = ("board.css", "text/css")


class Board:
    """One page with a link of its own, from ``start`` to ``stop``.

    ``hands``: whether errands are answered there. ``host``: an address or name of this machine.
    """

    def __init__(self, so_far: SoFar, *, hands: bool, host: str = LOOPBACK, port: int = 0) -> None:
        self._so_far = so_far
        self._hands = hands
        self._host = host
        self._port = port
        self._token = secrets.token_urlsafe(16)
        self._errands: tuple[Errand, ...] = ()
        self._clients: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop
        self._news, self._end = asyncio.Event(), asyncio.Event()
        self._told = False
        self._over = False
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, name="page of the run", daemon=True)

    # -- for the run

    @property
    def url(self) -> str:
        """The link, with the token that ends with the run."""
        return f"{self._origin}/{self._token}/"

    @property
    def is_for_others(self) -> bool:
        """Whether it can be opened from another device."""
        try:
            return not ip_address(self._host).is_loopback
        except ValueError:
            return self._host != "localhost"

    def start(self) -> None:
        """Open the port.

        Raises:
            OSError: it cannot be listened there.
        """
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        self._ready.result()

    def stop(self) -> None:
        """Tell those who look on that it is over, and close the port."""
        self._over = True
        self.hear(None)
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(5)

    def hear(self, _fact: Fact | None) -> None:
        """Something is new."""
        if not self._told and self._ready.done():
            self._told = True
            with suppress(RuntimeError):  # it is closed, and nobody looks on any more
                self._loop.call_soon_threadsafe(self._news.set)

    def put_up(self, errand: Errand) -> None:
        """Ask for something."""
        self._errands = (*self._errands, errand)
        self.hear(None)

    def take_down(self, errand: Errand) -> None:
        """It is done, or no longer wanted."""
        self._errands = tuple(each for each in self._errands if each is not errand)
        self.hear(None)

    # -- the server's thread

    def _work(self) -> None:
        try:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(middlewares=[self._guarded], client_max_size=_MOST_BYTES)
        app.router.add_get("/{token}/events", self._events)
        app.router.add_post("/{token}/answer", self._answer)
        app.router.add_get("/{token}/{name:[a-z.]*}", self._file)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        try:
            await runner.setup()
            site = web.TCPSite(runner, self._host, self._port)
            await site.start()
            self._port = runner.addresses[0][1]
        except OSError as error:
            await runner.cleanup()
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        pusher = asyncio.create_task(self._push())
        await self._end.wait()
        await asyncio.sleep(2 * _PACE)  # the last news are on their way
        pusher.cancel()
        await runner.cleanup()

    async def _push(self) -> None:
        """Wake whoever follows, no more often than anybody can see."""
        while True:
            await self._news.wait()
            await asyncio.sleep(_PACE)
            self._news.clear()
            self._told = False
            for client in self._clients:
                client.set()

    @property
    def _origin(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Nothing is shown or taken but under the link of this run, asked for by its own page."""
        if refusal := self._refusal(request):
            return web.Response(status=403, text=f"{refusal}\n", headers=_HEADERS)
        return await handler(request)

    def _refusal(self, request: web.Request) -> str:
        token = request.path.split("/")[1]
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return _WRONG_LINK
        if request.headers.get("Host") != self._origin.removeprefix("http://"):
            return f"This page is at {self._origin} and nowhere else."
        origin = request.headers.get("Origin")
        needs_one = request.method not in ("GET", "HEAD")
        if (origin or needs_one) and origin != self._origin:
            return "This was not asked for by the page of the run."
        return ""

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["name"] not in _FILES:
            raise web.HTTPNotFound
        name, kind = _FILES[request.match_info["name"]]
        text = (files("harness") / "views" / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=kind, charset="utf-8", headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """All that was so far, and then what is new, as server-sent events."""
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        client, known = asyncio.Event(), None
        self._clients.add(client)
        try:
            while True:
                ended = self._so_far.ended
                fresh = known is None or ended[: len(known)] != known
                cases = ended if fresh else ended[len(known or ()) :]
                data = {"fresh": fresh, "ended": [asdict(each) for each in cases], **self._now()}
                known = ended
                await response.write(f"data: {json.dumps(data)}\n\n".encode())
                if self._over:
                    return response
                try:
                    await asyncio.wait_for(client.wait(), _ALIVE)
                except TimeoutError:
                    continue
                client.clear()
        except ConnectionError:
            return response
        finally:
            self._clients.discard(client)

    def _now(self) -> dict[str, Any]:
        so_far = self._so_far
        wait, asked, left = so_far.wait, so_far.asked, so_far.seconds_left
        until = asked or wait
        return {
            "systems": so_far.systems,
            "cases": so_far.cases,
            "case": so_far.case.id if so_far.case else side_by_side(so_far),
            "place": place(so_far),
            "waits": waiting(wait, until_when=False) if wait else "",
            "asks": asked.name if asked else "",
            "left": None if until is None or until.simulated else until.left,
            "rest": "" if left is None else roughly(left),
            "hands": self._hands,
            "skippable": so_far.is_skippable,
            "errands": [{"id": e.id, "do": e.do, "sees": e.sees} for e in self._errands],
            "over": self._over or so_far.over,
        }

    async def _answer(self, request: web.Request) -> web.Response:
        """The first answer to an errand counts, and those to what is no longer wanted do not."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(headers=_HEADERS)
        try:
            said = cast("Mapping[str, Any]", await request.json())
            wanted, answer = said["errand"], Answer(str(said["how"]), str(said.get("text", "")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise web.HTTPBadRequest(headers=_HEADERS) from error
        errand = next((each for each in self._errands if each.id == wanted), None)
        if answer.how not in self._ways(errand):
            raise web.HTTPBadRequest(headers=_HEADERS)
        taken = errand is not None and not errand.answer.done()
        if errand is not None and taken:
            errand.answer.set_result(answer)
        status = 200 if taken else 409
        return web.json_response({"taken": taken}, status=status, headers=_HEADERS)

    def _ways(self, errand: Errand | None) -> set[str]:
        if errand is None:
            return {"done", "seen", "cannot", "skip"}
        skip = {"skip"} if self._so_far.is_skippable else set[str]()
        return {"seen" if errand.sees else "done", "cannot", *skip}
