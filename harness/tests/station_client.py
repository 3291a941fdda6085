"""A small station client for the tests of the embedded CSMS; every frame is schema-validated."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator, FormatChecker
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.reference.csms import CallError, Csms, CsmsConfig, Disconnected
from harness.spec.editions import DEFAULT

PASSWORD = "Test-password.16+"
TOKENS = {
    ("AABBCCDD", "ISO14443"): "Accepted",
    ("B10CCED0", "ISO14443"): "Blocked",
}
BOOT = {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}
NOW = "2026-01-01T00:00:00Z"
AVAILABLE = {
    "timestamp": NOW,
    "connectorStatus": "Available",
    "evseId": 1,
    "connectorId": 1,
}
Json = dict[str, Any]


def validate(name: str, payload: Any) -> None:
    schema = json.loads(files("ocpp.v201.schemas").joinpath(f"{name}.json").read_text("utf-8-sig"))
    Draft6Validator(schema, format_checker=FormatChecker()).validate(payload)


class Client:
    """A station: calls, and answers the CSMS's calls with ``replies``."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.replies: dict[str, Json | Callable[[Json], Json] | CallError | Disconnected] = {}
        self.asked: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self._answers: asyncio.Queue[list[Any]] = asyncio.Queue()
        self._last = 0

    async def read(self) -> None:
        async for text in self.socket:
            frame = json.loads(text)
            if frame[0] != 2:
                self._answers.put_nowait(frame)
                continue
            _, number, action, payload = frame
            assert len(number) <= 36
            validate(f"{action}Request", payload)
            reply = self.replies[action]
            if isinstance(reply, Disconnected):
                await self.socket.close()
                return
            answer = reply(payload) if callable(reply) else reply
            error = isinstance(answer, CallError)
            response = [4, number, answer.code, "", {}] if error else [3, number, answer]
            self.asked.put_nowait((action, payload))
            await self.socket.send(json.dumps(response))

    async def exchange(self, action: str, payload: Any) -> list[Any]:
        self._last += 1
        await self.socket.send(json.dumps([2, str(self._last), action, payload]))
        frame = await asyncio.wait_for(self._answers.get(), 5)
        assert frame[1] == str(self._last)
        return frame

    async def call(self, action: str, payload: Json) -> Json:
        kind, _, answer = await self.exchange(action, payload)
        assert kind == 3
        validate(f"{action}Response", answer)
        return answer

    async def refused(self, action: str, payload: Any) -> str:
        frame = await self.exchange(action, payload)
        assert frame[0] == 4
        assert len(frame) == 5
        return frame[2]

    async def next_asked(self) -> tuple[str, Json]:
        return await asyncio.wait_for(self.asked.get(), 5)


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[Csms]:
    config: Json = {"stations": {"CS001": PASSWORD, "CS 2": PASSWORD}, "tokens": TOKENS}
    csms = Csms(CsmsConfig(**(config | changes)))
    await csms.start()
    try:
        yield csms
    finally:
        await csms.stop()


def basic(user: str, password: str) -> dict[str, str]:
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


@asynccontextmanager
async def station(csms: Csms, path: str = "/CS001", **options: Any) -> AsyncIterator[Client]:
    chosen: Json = {"subprotocols": [DEFAULT.subprotocol]} | options
    async with connect(csms.url + path, **chosen) as socket:
        client = Client(socket)
        reading = asyncio.create_task(client.read())
        try:
            yield client
        finally:
            reading.cancel()
            outcome = (await asyncio.gather(reading, return_exceptions=True))[0]
            if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionClosed):
                raise outcome
