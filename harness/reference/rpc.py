"""OCPP-J for the embedded systems: one endpoint of one open connection (Part 4, section 4).

Independent of the harness's own wire on purpose: a mistake in one shows up against the other.
Payloads are plain dicts in OCPP's own camelCase.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

Payload = dict[str, Any]

CALL, RESULT, ERROR = 2, 3, 4
#: Elements of a frame by its type.
LENGTHS = {CALL: 4, RESULT: 3, ERROR: 5}


@dataclass(frozen=True)
class Message:
    """A frame about to be sent: ``action`` is the request's name for results and errors too."""

    kind: int
    id: str
    action: str
    payload: Payload
    code: str = ""

    def encode(self) -> str:
        """The frame as text."""
        if self.kind == CALL:
            return json.dumps([CALL, self.id, self.action, self.payload])
        if self.kind == RESULT:
            return json.dumps([RESULT, self.id, self.payload])
        return json.dumps([ERROR, self.id, self.code, "", self.payload])


def decode(text: str | bytes) -> list[Any] | Message:
    """A readable frame, or the CALLERROR that an unreadable one is answered with (4.2.3, 4.4)."""
    try:
        frame: Any = json.loads(text)
    except (ValueError, RecursionError):
        frame = None
    parts = cast("list[Any]", frame) if isinstance(frame, list) else []
    readable = len(parts) > 1 and isinstance(parts[1], str) and len(parts[1]) <= 36
    refusal = Message(ERROR, parts[1] if readable else "-1", "", {}, "RpcFrameworkError")
    if not readable:
        return refusal
    if not isinstance(parts[0], int) or parts[0] not in LENGTHS:
        return replace(refusal, code="MessageTypeNotSupported")
    if len(parts) != LENGTHS[parts[0]] or (parts[0] == CALL and not isinstance(parts[2], str)):
        return refusal
    return parts


class CallError(Exception):
    """The other side answered CALLERROR, or a handler wants to."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(f"{code} {description}".strip())
        self.code = code


class Disconnected(Exception):
    """The connection went away before the answer came."""


@dataclass(frozen=True)
class Answer:
    """A handler's response, and what to do once it has been sent."""

    payload: Payload
    then: Callable[[], Awaitable[None]] | None = None


Handler = Callable[[str, Payload], Awaitable[Answer]]
#: Looks at a message about to be sent and says what really is: where faults are put in.
Filter = Callable[[Message], Sequence[Message | str | bytes]]


class Rpc:
    """Calls and answers on one connection; never more than one CALL of ours outstanding."""

    def __init__(
        self,
        connection: Connection,
        handler: Handler,
        filters: list[Filter] | None = None,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._connection = connection
        self._handler = handler
        self._filters = filters if filters is not None else []
        self._new_id = new_id
        self._waiting: dict[str, asyncio.Future[Payload]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Read frames until the connection closes."""
        try:
            async for text in self._connection:
                self._receive(text)
        except ConnectionClosed:
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(Disconnected())
            for task in list(self._tasks):
                if task is not asyncio.current_task():
                    task.cancel()

    async def call(
        self,
        action: str,
        payload: Payload,
        timeout: float = 30.0,  # noqa: ASYNC109  # of the answer alone, not of its turn to be sent
    ) -> Payload:
        """Send a CALL and return the payload of its CALLRESULT.

        Raises:
            CallError: the answer was a CALLERROR.
            TimeoutError: no answer within ``timeout`` seconds.
            Disconnected: the connection closed first.
        """
        async with self._one_at_a_time:
            message = Message(CALL, self._new_id(), action, payload)
            future: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
            self._waiting[message.id] = future
            try:
                await self._send(message)
                # Not wait_for: it may swallow a cancellation that comes along with the answer.
                async with asyncio.timeout(timeout):
                    return await future
            finally:
                self._waiting.pop(message.id, None)
                if future.done() and not future.cancelled():
                    future.exception()  # seen, even where the CALL ended before its answer

    async def transmit(self, text: str | bytes) -> None:
        """Send this as it is, past the filters; a connection that is gone takes nothing."""
        with suppress(ConnectionClosed):
            await self._connection.send(text)

    async def hang_up(self) -> None:
        """Close the connection."""
        await self._connection.close()

    def pretend(self, message_id: str, answer: Payload) -> None:
        """Go on as if this answer had come to a CALL of ours that a filter kept back."""
        future = self._waiting.get(message_id)
        if future is not None and not future.done():
            future.set_result(answer)

    async def _send(self, message: Message) -> None:
        if self._connection.state is not State.OPEN:
            raise Disconnected  # No filter shall take for sent what is not.
        outgoing: list[Message | str | bytes] = [message]
        for each in self._filters:
            outgoing = [
                late
                for early in outgoing
                for late in (each(early) if isinstance(early, Message) else [early])
            ]
        for item in outgoing:
            try:
                await self._connection.send(item.encode() if isinstance(item, Message) else item)
            except ConnectionClosed as error:
                raise Disconnected from error

    def _receive(self, text: str | bytes) -> None:
        frame = decode(text)
        if isinstance(frame, Message):
            self._spawn(self._refuse(frame))
            return
        if frame[0] == CALL:
            self._spawn(self._answer(frame[1], frame[2], frame[3]))
            return
        future = self._waiting.get(frame[1])
        if future is None or future.done():
            return
        if frame[0] == RESULT:
            future.set_result(frame[2])
        elif frame[0] == ERROR:
            future.set_exception(CallError(frame[2], frame[3]))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refuse(self, reply: Message) -> None:
        with suppress(Disconnected):
            await self._send(reply)

    async def _answer(self, message_id: str, action: str, payload: Payload) -> None:
        reply = Message(RESULT, message_id, action, {})
        then: Callable[[], Awaitable[None]] | None = None
        try:
            answer = await self._handler(action, payload)
            reply, then = replace(reply, payload=answer.payload), answer.then
        except CallError as error:
            reply = replace(reply, kind=ERROR, code=error.code)
        try:
            await self._send(reply)
        except Disconnected:
            return
        if then is not None:
            await then()
