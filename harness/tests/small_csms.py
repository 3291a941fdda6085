"""A CSMS of a few lines for the tests of the reference station.

It checks every frame that the station sends against the JSON schemas.
"""

from __future__ import annotations

import asyncio
import http
import json
import ssl
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from harness import clock
from harness.reference.station import Station, StationConfig
from harness.spec.editions import DEFAULT

Payload = dict[str, Any]
PATIENCE = 120.0
QUIET = 0.15


@cache
def validator(name: str) -> Draft6Validator:
    text = files("ocpp").joinpath("v201", "schemas", f"{name}.json").read_text("utf-8-sig")
    return Draft6Validator(json.loads(text), format_checker=Draft6Validator.FORMAT_CHECKER)


def now() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Frame:
    """A CALL of the station; ``at`` is loop time."""

    action: str
    payload: Payload
    at: float


class Refuse(Exception):
    """Answer CALLERROR with this code."""


Reply = Callable[[Payload], Payload | None]


class SmallCsms:
    """Answers with what ``replies`` say; None means no answer at all."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.problems: list[Exception] = []
        self.attempts: list[float] = []
        self.credentials: list[str | None] = []
        self.accepts = True
        self.scheme = "ws"
        self.connection: ServerConnection | None = None
        self.server: Server | None = None
        self.replies: dict[str, Reply] = {
            "BootNotification": lambda _: self.boot("Accepted"),
            "Authorize": lambda _: {"idTokenInfo": {"status": "Accepted"}},
            "Heartbeat": lambda _: {"currentTime": now()},
            "TransactionEvent": self.transaction_event,
        }
        self._waiting: dict[str, tuple[str, asyncio.Future[list[Any]]]] = {}
        self._news = asyncio.Condition()
        self._taken = 0

    def boot(self, status: str, interval: int = 300) -> Payload:
        return {"status": status, "interval": interval, "currentTime": now()}

    def transaction_event(self, event: Payload) -> Payload:
        return {"idTokenInfo": {"status": "Accepted"}} if "idToken" in event else {}

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"{self.scheme}://127.0.0.1:{self.port}/ocpp"

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(next(iter(self.server.sockets)).getsockname()[1])

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[SmallCsms]:
        async with serve(
            self._serve,
            "127.0.0.1",
            0,
            subprotocols=[DEFAULT.subprotocol],  # type: ignore[list-item]
            process_request=self._admit,
            ssl=tls,
            close_timeout=1,
        ) as self.server:
            yield self
        assert self.problems == []

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.attempts.append(asyncio.get_running_loop().time())
        self.credentials.append(request.headers.get("Authorization"))
        await self._notify()
        if self.accepts:
            return None
        return connection.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "not now\n")

    async def _serve(self, connection: ServerConnection) -> None:
        self.connection = connection
        try:
            async for text in connection:
                await self._receive(connection, json.loads(text))
        except ConnectionClosed:
            pass
        except Exception as error:
            self.problems.append(error)
            raise
        finally:
            if self.connection is connection:
                self.connection = None
            await self._notify()

    async def _receive(self, connection: ServerConnection, frame: list[Any]) -> None:
        if frame[0] != 2:
            action, future = self._waiting.pop(frame[1])
            if frame[0] == 3:
                validator(f"{action}Response").validate(frame[2])
            future.set_result(frame)
            return
        _, message_id, action, payload = frame
        validator(f"{action}Request").validate(payload)
        assert len(message_id) <= 36
        at = asyncio.get_running_loop().time()
        self.frames.append(Frame(action, payload, at))
        await self._notify()
        try:
            reply = self.replies.get(action, lambda _: {})(payload)
        except Refuse as refusal:
            await connection.send(json.dumps([4, message_id, str(refusal), "", {}]))
            return
        if reply is not None:
            await connection.send(json.dumps([3, message_id, reply]))

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def ask(self, action: str, payload: Payload | None = None) -> list[Any]:
        """Send a CALL and return the frame that answers it."""
        validator(f"{action}Request").validate(payload or {})
        return await self.ask_raw(action, payload or {})

    async def ask_raw(self, action: str, payload: Payload) -> list[Any]:
        assert self.connection is not None, "the station is not connected"
        message_id = str(uuid.uuid4())
        future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = (action, future)
        await self.connection.send(json.dumps([2, message_id, action, payload]))
        return await asyncio.wait_for(future, PATIENCE)

    async def result(self, action: str, payload: Payload | None = None) -> Payload:
        """Send a CALL and return the payload of its CALLRESULT."""
        frame = await self.ask(action, payload)
        assert frame[0] == 3, frame
        return frame[2]

    async def until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until something is true that frames or connections bring about."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(condition), patience)

    async def next(self, action: str, patience: float = PATIENCE, **fields: Any) -> Frame:
        """The next CALL of that action with these top-level fields; skips what came before it."""

        def position() -> int | None:
            for index in range(self._taken, len(self.frames)):
                frame = self.frames[index]
                if frame.action == action and fields.items() <= frame.payload.items():
                    return index
            return None

        await self.until(lambda: position() is not None, patience)
        index = position()
        assert index is not None
        self._taken = index + 1
        return self.frames[index]

    def forget(self) -> None:
        """Skip everything that came until now."""
        self._taken = len(self.frames)

    def seen(self, action: str) -> list[Payload]:
        """Payloads of the CALLs of that action since ``forget``."""
        return [f.payload for f in self.frames[self._taken :] if f.action == action]

    async def quiet(self, seconds: float = QUIET) -> None:
        """Let the station finish what it is doing: a span in which absences are watched."""
        await clock.sleep(seconds)

    async def drop(self, *, accepts: bool) -> None:
        """Close the connection, and say whether another one is welcome."""
        self.accepts = accepts
        assert self.connection is not None
        await self.connection.close()

    async def set(self, path: str, value: str) -> str:
        """SetVariables of ``Component.Variable``; returns the attributeStatus."""
        component, variable = path.split(".")
        item = {
            "component": {"name": component},
            "variable": {"name": variable},
            "attributeValue": value,
        }
        answer = await self.result("SetVariables", {"setVariableData": [item]})
        return str(answer["setVariableResult"][0]["attributeStatus"])

    async def get(self, path: str) -> Payload:
        """GetVariableResult of ``Component.Variable``."""
        component, variable = path.split(".")
        item = {"component": {"name": component}, "variable": {"name": variable}}
        answer = await self.result("GetVariables", {"getVariableData": [item]})
        return answer["getVariableResult"][0]


@asynccontextmanager
async def running(
    csms: SmallCsms, config: StationConfig | None = None, *, booted: bool = True
) -> AsyncIterator[Station]:
    """A station connected to ``csms``; ``booted`` waits until its boot is over."""
    station = Station(replace(config or StationConfig("CS001", ""), url=csms.url))
    await station.start()
    try:
        if booted:
            await csms.next("SecurityEventNotification")
            await csms.quiet(0.02)
            csms.forget()
        yield station
    finally:
        await station.stop()
