"""OCPP-J frames on a WebSocket (Part 4, section 4): reading, writing, nothing more.

Nothing here waits for an answer or puts frames in order: what the system under test sends is
passed on as it came, so that overlapping CALLs and foreign ids stay visible.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import Any, Protocol, cast

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from harness import clock
from harness.evidence.values import json_number
from harness.ocppj.connection_attempt import NOTHING_SHOWN, Attempt
from harness.ocppj.connection_end import ConnectionEnd, end_of
from harness.spec.edition import Edition

#: Largest frame that is read, in bytes; far above what the schemas allow.
MAX_FRAME = 16 * 1024 * 1024
#: Longest excerpt of a broken frame that is kept, in characters.
EXCERPT = 300
#: Deepest nesting that is read; the schemas need less than a tenth of it.
DEEPEST = 100
#: Seconds between the arrival of a CALL and our answer. A sender that does not wait for the answer
#: (Part 4, 4.1.1) can only be seen if there is a moment in which it could have waited.
HESITATION = 0.005

Payload = dict[str, Any]


class FrameKind(IntEnum):
    """Message type numbers (Part 4, 4.1.3)."""

    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4


@dataclass(frozen=True)
class Frame:
    """One OCPP-J message; ``action`` is empty in answers as they stand on the wire."""

    kind: FrameKind
    id: str
    action: str = ""
    payload: Payload = field(default_factory=dict[str, Any])
    code: str = ""
    description: str = ""

    def encode(self) -> str:
        """The frame as JSON text."""
        match self.kind:
            case FrameKind.CALL:
                parts: list[Any] = [self.kind, self.id, self.action, self.payload]
            case FrameKind.CALLRESULT:
                parts = [self.kind, self.id, self.payload]
            case FrameKind.CALLERROR:
                parts = [self.kind, self.id, self.code, self.description, self.payload]
        text = json.dumps(parts, ensure_ascii=False, default=_number)
        # Half a surrogate pair, taken over from the other side, has no UTF-8: its escape has.
        return text.encode("utf-8", "backslashreplace").decode()

    def as_data(self) -> dict[str, Any]:
        """The frame as a transcript entry holds it."""
        data: dict[str, Any] = {"type": int(self.kind), "id": self.id, "action": self.action}
        if self.kind is FrameKind.CALLERROR:
            return data | {
                "code": self.code,
                "description": self.description,
                "details": self.payload,
            }
        return data | {"payload": self.payload}


@dataclass(frozen=True)
class Malformed:
    """Something that is no OCPP-J frame: why, and how it began."""

    problem: str
    excerpt: str


def _number(value: Any) -> float | int | str:
    if isinstance(value, Decimal):
        return json_number(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def exact(literal: str) -> int | Decimal:
    """A number with a fraction, exactly; 1.0 is an integer for JSON Schema draft 6 (6.25)."""
    value = Decimal(literal)
    number = json_number(value)
    return number if isinstance(number, int) else value


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def parse(text: str | bytes, edition: Edition) -> Frame | Malformed:
    """Read one WebSocket message; numbers with a fraction become exact ``Decimal``."""
    if isinstance(text, bytes):
        return Malformed("a binary WebSocket message; OCPP-J uses text", repr(text[:EXCERPT]))
    excerpt = text[:EXCERPT]
    try:
        parts: Any = json.loads(text, parse_float=exact, parse_constant=_no_constants)
    except RecursionError:
        return Malformed("nested too deeply to be an OCPP message", excerpt)
    except (ValueError, ArithmeticError) as error:
        return Malformed(f"not valid JSON: {str(error)[:EXCERPT]}", excerpt)
    if not isinstance(parts, list):
        return Malformed(f"a JSON {_kind_of(parts)} where OCPP-J has an array", excerpt)
    if _too_deep(parts):
        return Malformed("nested too deeply to be an OCPP message", excerpt)
    return _frame(cast(list[Any], parts), excerpt, edition.message_types)


def _too_deep(value: Any) -> bool:
    """Whether ``value`` is nested deeper than anything that handles it later could bear."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(cast(dict[str, Any], value).values())
    return cast(list[Any], value) if isinstance(value, list) else []


def _frame(parts: list[Any], excerpt: str, types: Sequence[int]) -> Frame | Malformed:
    if not parts or type(parts[0]) is not int or parts[0] not in types:
        head = repr(parts[0])[:40] if parts else "nothing"
        known = f"{', '.join(map(str, types[:-1]))} or {types[-1]}"
        return Malformed(f"unknown message type {head}; it must be {known}", excerpt)
    kind = FrameKind(parts[0])
    length = {FrameKind.CALL: 4, FrameKind.CALLRESULT: 3, FrameKind.CALLERROR: 5}[kind]
    if len(parts) != length:
        return Malformed(f"a {kind.name} has {length} elements, this one {len(parts)}", excerpt)
    if not isinstance(parts[1], str):
        return Malformed(f"the message id is a {_kind_of(parts[1])}, not a string", excerpt)
    if not isinstance(parts[-1], dict):
        last = "details" if kind is FrameKind.CALLERROR else "payload"
        return Malformed(f"the {last} is a {_kind_of(parts[-1])}, not an object", excerpt)
    payload = cast(Payload, parts[-1])
    if kind is FrameKind.CALLRESULT:
        return Frame(kind, parts[1], payload=payload)
    if not all(isinstance(part, str) for part in parts[2:-1]):
        name = "action" if kind is FrameKind.CALL else "error code or description"
        return Malformed(f"the {name} is not a string", excerpt)
    if kind is FrameKind.CALL:
        return Frame(kind, parts[1], parts[2], payload)
    return Frame(kind, parts[1], payload=payload, code=parts[2], description=parts[3])


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    names = ((dict, "object"), (list, "array"), (str, "string"), (bool, "boolean"))
    return next((name for kind, name in names if isinstance(value, kind)), "number")


class Listener(Protocol):
    """Who is told what arrives on a wire."""

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message arrived at ``t`` (monotonic seconds)."""
        ...


#: A message and when it arrived, or how the connection ended.
_Read = tuple[Frame | Malformed, float] | ConnectionEnd


class Wire:
    """One open WebSocket: its number in the run, its endpoint, and how to send on it.

    ``attempt``: what a station showed when it connected.
    """

    _count = 0

    def __init__(
        self,
        connection: Connection,
        edition: Edition,
        endpoint: str = "",
        attempt: Attempt = NOTHING_SHOWN,
    ) -> None:
        Wire._count += 1
        self.number = Wire._count
        self.endpoint = endpoint
        self.attempt = attempt
        self.opened = clock.monotonic()
        self._connection = connection
        self._edition = edition

    @property
    def subprotocol(self) -> str | None:
        """The negotiated sub-protocol."""
        return self._connection.subprotocol

    async def read(self, listener: Listener) -> ConnectionEnd:
        """Pass every message to ``listener`` until the connection closes; returns how it closed."""
        queue: asyncio.Queue[_Read] = asyncio.Queue()
        reader = asyncio.create_task(self._fill(queue))
        try:
            while not isinstance(item := await queue.get(), ConnectionEnd):
                await self._pass_on(listener, *item)
            return item
        finally:
            reader.cancel()

    async def _fill(self, queue: asyncio.Queue[_Read]) -> None:
        """Note when each message came, whether or not the one before has been dealt with."""
        try:
            while True:
                item = parse(await self._connection.recv(), self._edition)
                queue.put_nowait((item, clock.monotonic()))
        except ConnectionClosed as closed:
            if closed.sent and closed.sent.code in _UNREADABLE and not closed.rcvd_then_sent:
                problem = f"unreadable for a WebSocket: {closed.sent.reason}"
                queue.put_nowait((Malformed(problem, ""), clock.monotonic()))
            queue.put_nowait(end_of(closed))

    async def _pass_on(self, listener: Listener, item: Frame | Malformed, t: float) -> None:
        if isinstance(item, Frame) and item.kind is FrameKind.CALL:
            await clock.sleep(t + HESITATION - clock.monotonic())
        await listener.received(self, item, t)

    async def send(self, frame: Frame) -> bool:
        """Send a frame; False if the connection is no longer open."""
        try:
            await self._connection.send(frame.encode())
        except ConnectionClosed:
            return False
        return True

    async def send_text(self, *fragments: str) -> bool:
        """Send a text, in several WebSocket frames if there are several; False as of ``send``."""
        try:
            await self._connection.send(fragments[0] if len(fragments) == 1 else fragments)
        except ConnectionClosed:
            return False
        return True

    async def ping(self, seconds: float) -> bool:
        """Whether a ping is answered within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await (await self._connection.ping())
        except (ConnectionClosed, TimeoutError):
            return False
        return True

    @property
    def extensions(self) -> list[str]:
        """The names of the WebSocket extensions that were agreed."""
        return [str(each.name) for each in self._connection.protocol.extensions]

    async def close(self, code: int = 1000) -> None:
        """Close the connection with a WebSocket close code."""
        await self._connection.close(code)


#: Close codes with which our side of the WebSocket gives up on what it received.
_UNREADABLE = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
