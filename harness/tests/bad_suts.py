"""Systems under test that misbehave on demand, as python operators.

A DataTransfer with vendorId ``MISBEHAVE`` makes them do what its messageId names before they answer
it; everything else they do properly, so that a run can tell a misbehaviour from a broken system.
"""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from harness.operators.base import Unsupported
from harness.spec.editions import DEFAULT
from harness.sut.contract import CONTRACT

MISBEHAVE = "misbehave"
OCPP = Subprotocol(DEFAULT.subprotocol)

#: The payload of the CALLRESULT to (action, payload); None: no answer.
Answer = Callable[[str, dict[str, Any]], dict[str, Any] | None]
#: Done in place of, or before, the answer to the CALL with this id; False: it is not answered.
Manner = Callable[[Connection, str], Awaitable[bool]]


def now() -> str:
    """The current time as an OCPP dateTime."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# -- manners


def _first(*messages: str | bytes) -> Manner:
    """Send these messages, then answer as if nothing was."""

    async def manner(connection: Connection, _call: str) -> bool:
        for message in messages:
            await connection.send(message)
        return True

    return manner


def _instead(*messages: str) -> Manner:
    """Send these messages in place of the answer; ``ID`` stands for the CALL's id."""

    async def manner(connection: Connection, call: str) -> bool:
        for message in messages:
            await connection.send(message.replace("ID", call))
        return False

    return manner


async def _nothing(_connection: Connection, _call: str) -> bool:
    return False


async def _close(connection: Connection, _call: str) -> bool:
    await connection.close(1001, "had enough")
    return False


async def _abort(connection: Connection, _call: str) -> bool:
    connection.transport.abort()
    return False


async def _not_utf8(connection: Connection, _call: str) -> bool:
    await connection.send(b'[2,"\xff\xfe"]', text=True)
    return False


async def _no_websocket(connection: Connection, _call: str) -> bool:
    connection.transport.write(b"\xff" * 16)
    return False


async def _overlap(connection: Connection, _call: str) -> bool:
    await connection.send(heartbeat())
    await connection.send(heartbeat())
    return True


async def _answer_twice(connection: Connection, call: str) -> bool:
    await connection.send(json.dumps([3, call, {"status": "Accepted"}]))
    return True


async def _well(_connection: Connection, _call: str) -> bool:
    return True


def call(action: str, payload: Any, call_id: str = "") -> str:
    """A CALL as text."""
    return json.dumps([2, call_id or str(uuid.uuid4()), action, payload])


def heartbeat(call_id: str = "") -> str:
    """A Heartbeat CALL."""
    return call("Heartbeat", {}, call_id)


def _data(json_text: str) -> str:
    """A DataTransfer, legal in both directions, whose data is this JSON text."""
    return f'[2,"{uuid.uuid4()}","DataTransfer",{{"vendorId":"V","data":{json_text}}}]'


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def manner(name: str) -> Manner:
    """The manner of this name, made anew (with message ids of its own)."""
    status = {"timestamp": now(), "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
    made: dict[str, Callable[[], Manner]] = {
        "well": lambda: _well,
        "text": lambda: _first("hello"),
        "object": lambda: _first('{"messageTypeId": 2}'),
        "number": lambda: _first("42"),
        "short array": lambda: _first('[2, "an id"]'),
        "empty array": lambda: _first("[]"),
        "long array": lambda: _first('[2, "an id", "Heartbeat", {}, {}]'),
        "unknown type": lambda: _first('[9, "an id", "Heartbeat", {}]'),
        "type as text": lambda: _first('["2", "an id", "Heartbeat", {}]'),
        "id as number": lambda: _first('[2, 7, "Heartbeat", {}]'),
        "payload as array": lambda: _first('[2, "an id", "Heartbeat", []]'),
        "binary": lambda: _first(heartbeat().encode()),
        "10 MB of text": lambda: _first("x" * 10_000_000),
        "10 MB in a field": lambda: _first(_data(json.dumps("y" * 10_000_000))),
        "400000 nulls": lambda: _first(_data("[" + "null," * 400_000 + "0]")),
        "17 MB": lambda: _first("z" * 17_000_000),
        "10000 arrays": lambda: _first(_nested(10_000)),
        "10000 arrays in a field": lambda: _first(_data(_nested(10_000))),
        "300 arrays in a field": lambda: _first(_data(_nested(300))),
        "same id twice": lambda: _first(heartbeat("again"), heartbeat("again")),
        "long id": lambda: _first(heartbeat("i" * 37)),
        "foreign id": lambda: _first('[3, "nobody asked", {}]'),
        "foreign error": lambda: _first('[4, "nobody asked", "GenericError", "", {}]'),
        "answer twice": lambda: _answer_twice,
        "overlap": lambda: _overlap,
        "unknown action": lambda: _first(call("Frobnicate", {})),
        "not a number": lambda: _first(_data("NaN")),
        "infinity": lambda: _first(_data("-Infinity")),
        "too many digits": lambda: _first(_data("9" * 5000)),
        "half a character in the id": lambda: _first(heartbeat("\ud800")),
        "huge exponent": lambda: _first(_data("1e999999999")),
        "tiny exponent": lambda: _first(_data("-1e-999999999")),
        "4000 digits": lambda: _first(_data("9" * 4000)),
        "odd characters": lambda: _first(_data('"\\ud800 \\u0000 \\u202e </script> <!-- ]]>"')),
        "a key twice": lambda: _first(
            f'[2,"{uuid.uuid4()}","DataTransfer",{{"vendorId":"U","vendorId":"V"}}]'
        ),
        "fields of the wrong kind": lambda: _first(
            call("StatusNotification", {**status, "evseId": [], "connectorId": {}}),
            call("NotifyEvent", {"eventData": 5}),
            call("TransactionEvent", {"transactionInfo": [], "seqNo": {}, "triggerReason": {}}),
            call("Authorize", {"idToken": 5}),
        ),
        "unasked request": lambda: _first(call("UnlockConnector", {"evseId": 1, "connectorId": 1})),
        "silence": lambda: _nothing,
        "array for an answer": lambda: _instead('[3, "ID", []]'),
        "error for an answer": lambda: _instead('[4, "ID", "InternalError", "out of order", {}]'),
        "wrong answer": lambda: _instead('[3, "ID", {"status": 5}]'),
        "empty answer": lambda: _instead('[3, "ID", {}]'),
        "close": lambda: _close,
        "abort": lambda: _abort,
        "not UTF-8": lambda: _not_utf8,
        "no WebSocket": lambda: _no_websocket,
    }
    return made[name]()


# -- the systems


@dataclass
class _Talk:
    """One connection: answers CALLs by ``answer``, misbehaves when asked to."""

    connection: Connection
    answer: Answer

    async def run(self) -> None:
        async for text in self.connection:
            frame = json.loads(text)
            if frame[0] == 2:
                await self._reply(frame[1], frame[2], frame[3])

    async def _reply(self, call_id: str, action: str, payload: dict[str, Any]) -> None:
        if payload.get("vendorId") == MISBEHAVE and not await manner(payload["messageId"])(
            self.connection, call_id
        ):
            return
        answer = self.answer(action, payload)
        if answer is not None:
            await self.connection.send(json.dumps([3, call_id, answer]))


class _Operator:
    """What both systems are as operators: they say that they did everything, and do nothing."""

    async def start(self) -> None:
        """Nothing to do."""

    async def perform(self, action: str, **_parameters: Any) -> Any:
        """Claim to have done it, if there is such an action."""
        if action not in {each.verb for each in CONTRACT}:
            raise Unsupported(f"no way to {action}")

    async def close(self) -> None:
        """Nothing to do."""


class Station(_Operator):
    """A station at the fake CSMS; ``kind`` names how it answers, "absent" never connects."""

    def __init__(self, csms_url: str, kind: str = "proper") -> None:
        self._url = csms_url
        self._kind = kind
        self._answer = STATIONS[kind]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Power up."""
        if self._kind == "no WebSocket":
            self._task = asyncio.create_task(self._speak_tls())
        elif self._kind != "absent":
            self._task = asyncio.create_task(self._stay_connected())

    async def close(self) -> None:
        """Power down."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _speak_tls(self) -> None:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(self._url).port)
                writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no HTTP \r\n\r\n")
                await asyncio.sleep(0.1)
                writer.close()

    async def _stay_connected(self) -> None:
        identity = "STRANGER" if self._kind == "stranger" else "CS001"
        url = f"{self._url}/{identity}"
        while True:
            with suppress(ConnectionClosed, OSError, InvalidHandshake):
                async with connect(url, subprotocols=[OCPP], max_size=None) as connection:
                    if self._kind != "never boots":
                        await connection.send(self._boot())
                    await _Talk(connection, self._answer).run()
            await asyncio.sleep(
                0.02
            )  # a station that reconnects at once would flood a refusing CSMS

    @staticmethod
    def _boot() -> str:
        station = {"model": "Bad", "vendorName": "Bad"}
        return call("BootNotification", {"reason": "PowerUp", "chargingStation": station})


class Csms(_Operator):
    """A CSMS; ``kind`` names how it answers, ``descriptor`` is that of its bound socket.

    With the descriptor -1 there is only its operator.
    """

    def __init__(self, descriptor: int = -1, kind: str = "proper") -> None:
        self._descriptor = descriptor
        self._answer = CSMSES[kind]
        self._server: Server | None = None

    async def start(self) -> None:
        """Serve."""
        if self._descriptor >= 0:
            bound = socket.socket(fileno=self._descriptor)
            self._server = await serve(self._handle, sock=bound, subprotocols=[OCPP], max_size=None)

    async def close(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _handle(self, connection: Connection) -> None:
        with suppress(ConnectionClosed):
            await _Talk(connection, self._answer).run()


_VALUES = {
    "TxStartPoint": "EVConnected",
    "TxStopPoint": "EVConnected",
    "LocalPreAuthorize": "false",
    "HeartbeatInterval": "60",
}


def _proper_station(action: str, payload: dict[str, Any]) -> dict[str, Any]:
    if action != "GetVariables":
        return {"status": "Accepted"}
    results = [
        {
            **{key: asked[key] for key in ("component", "variable")},
            "attributeStatus": "Accepted",
            "attributeType": asked.get("attributeType", "Actual"),
            "attributeValue": _VALUES.get(asked["variable"]["name"], "0"),
        }
        for asked in payload["getVariableData"]
    ]
    return {"getVariableResult": results}


def _accepts_anything(_action: str, _payload: dict[str, Any]) -> dict[str, Any]:
    return {"status": "Accepted"}


def _garbled(action: str, _payload: dict[str, Any]) -> dict[str, Any]:
    junk = [5, None, {"component": 7, "variable": []}, {"attributeStatus": "Accepted"}]
    return {"getVariableResult": junk} if action == "GetVariables" else {"status": []}


def _mute(_action: str, _payload: dict[str, Any]) -> None:
    return None


def _proper_csms(action: str, _payload: dict[str, Any]) -> dict[str, Any]:
    match action:
        case "BootNotification":
            return {"currentTime": now(), "interval": 60, "status": "Accepted"}
        case "Heartbeat":
            return {"currentTime": now()}
        case "DataTransfer":
            return {"status": "Accepted"}
        case _:
            return {}


def _answers_nothing_at_all(_action: str, _payload: dict[str, Any]) -> dict[str, Any]:
    return {}


STATIONS: Mapping[str, Answer] = {
    "proper": _proper_station,
    "absent": _mute,
    "no WebSocket": _mute,
    "stranger": _proper_station,
    "mute": _mute,
    "garbled": _garbled,
    "accepts anything": _accepts_anything,
    "never boots": _accepts_anything,
}
CSMSES: Mapping[str, Answer] = {
    "proper": _proper_csms,
    "{}": _answers_nothing_at_all,
    "mute": _mute,
}
