"""What the run's own questions find, and what they must not take for wrong.

``shows`` of a fault here names a question and its step; ``verdict`` PASS is of a legal answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from websockets.asyncio.connection import Connection
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    by_name,
    frame,
    method,
    replaces,
)
from harness.reference.rpc import ERROR, RESULT, Answer, Message, Payload

_ACTION = "HarnessUnknownAction"
_PART_4 = "Part 4, 4.2.3, 4.3"
_LEGAL = "PASS"


def _unknown(sent: Callable[[Message], list[Message | str | bytes]]) -> Alter:
    return frame(ERROR, _ACTION, sent)


def _malformed(instead: Callable[[Message], list[Message]]) -> Alter:
    """In place of the refusal of what is no message."""

    def alter(system: Any, mark_triggered: MarkTriggered) -> None:
        def look(message: Message) -> list[Message]:
            if message.kind != ERROR or message.action:
                return [message]
            mark_triggered()
            return instead(message)

        system.filters.append(look)

    return alter


def _rpcs(system: Any) -> Iterable[Any]:
    if hasattr(system, "stations"):
        return (each.rpc for each in system.stations.values())
    return (system.link.rpc,)


def _hangs_up(system: Any, mark_triggered: MarkTriggered) -> None:
    kept: set[asyncio.Task[None]] = set()

    def look(message: Message) -> list[Message]:
        if message.kind != ERROR or message.action:
            return [message]
        mark_triggered()
        for rpc in _rpcs(system):
            if rpc is not None:
                task = asyncio.ensure_future(rpc.hang_up())
                kept.add(task)
                task.add_done_callback(kept.discard)
        return []

    system.filters.append(look)


def _deaf_to_pings(connection: Connection, mark_triggered: MarkTriggered) -> None:
    protocol = connection.protocol
    recv_frame = protocol.recv_frame

    def heard(frame: WebSocketFrame) -> None:
        if frame.opcode is Opcode.PING:
            mark_triggered()
        else:
            recv_frame(frame)

    protocol.recv_frame = heard


def _first_fragment_only(connection: Connection, mark_triggered: MarkTriggered) -> None:
    async def recv() -> Any:
        pieces = [piece async for piece in connection.recv_streaming()]
        if len(pieces) > 1:
            mark_triggered()
        return pieces[0]

    setattr(connection, "recv", recv)  # noqa: B010  # of this connection alone


Spoil = Callable[[Connection, MarkTriggered], None]


def _dialled(spoil: Spoil) -> Alter:
    """The connections of a station."""

    def build(_system: Any, original: Callable[..., Any], mark: MarkTriggered) -> Any:
        async def dial(*arguments: Any, **named: Any) -> Any:
            connection = await original(*arguments, **named)
            spoil(connection, mark)
            return connection

        return dial

    return method("link.open", build)


def _accepted(spoil: Spoil) -> Alter:
    """The connections of a CSMS."""

    def build(_system: Any, original: Callable[..., Any], mark: MarkTriggered) -> Any:
        async def connected(connection: Connection) -> None:
            spoil(connection, mark)
            await original(connection)

        return connected

    return method("connected", build)


@replaces("_decide")
def _without_extensions(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, *arguments: Any
) -> Any:
    request = arguments[-1]
    if request.headers.get("Sec-WebSocket-Extensions"):
        del request.headers["Sec-WebSocket-Extensions"]
        mark_triggered()
    return original(*arguments)


def _customers(status: str) -> Alter:
    @replaces("handle")
    async def handle(
        _station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
    ) -> Answer:
        if action != "CustomerInformation":
            return await original(action, payload)
        mark_triggered()
        return Answer({"status": status})

    return handle


@replaces("handle")
async def _takes_two_customers(
    _station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Answer:
    if action != "CustomerInformation":
        return await original(action, payload)
    mark_triggered()
    names = {"idToken", "customerCertificate", "customerIdentifier"} & payload.keys()
    return Answer({"status": "Accepted" if names else "Invalid"})


def _both(spoiled: Callable[[Spoil], Alter]) -> tuple[Fault, ...]:
    def of(
        name: str, what: str, alter: Alter, question: str, step: str, verdict: str = "FAIL"
    ) -> Fault:
        return Fault(name, what, alter, _PART_4, (question, step), verdict=verdict)

    def code(text: str) -> Alter:
        return _unknown(lambda m: [replace(m, code=text)])

    taken = _unknown(lambda m: [replace(m, kind=RESULT, code="")])
    answered = _malformed(lambda m: [replace(m, kind=RESULT, code="", payload={})])
    unknown, malformed = "unknown-action", "malformed"
    return (
        of("unknown-action-taken", "Takes any action.", taken, unknown, "2"),
        of("unknown-action-dropped", "Drops it.", _unknown(lambda _m: []), unknown, "2"),
        of("unknown-action-failed", "Says InternalError.", code("InternalError"), unknown, "2"),
        of("unknown-action-not-supported", "Legal.", code("NotSupported"), unknown, "2", _LEGAL),
        of("malformed-answered", "Takes it for a message.", answered, malformed, "1"),
        of(
            "malformed-with-odd-code",
            "Has a code of its own for it.",
            _malformed(lambda m: [replace(m, code="BadMessage")]),
            malformed,
            "1",
        ),
        of(
            "malformed-with-odd-id",
            "Refuses it by an id that nobody used.",
            _malformed(lambda m: [replace(m, id="4711")]),
            malformed,
            "1",
        ),
        of("malformed-ends-all", "Hangs up.", _hangs_up, malformed, "1"),
        of("malformed-ignored", "Legal.", _malformed(lambda _m: []), malformed, "1", _LEGAL),
        of(
            "first-fragment-only",
            "Takes the first frame for the message.",
            spoiled(_first_fragment_only),
            "fragments",
            "2",
        ),
        of("pings-unanswered", "Has no pong.", spoiled(_deaf_to_pings), "ping", "2"),
    )


@replaces("answers.id_token_status")
def _compares_letters(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, id_token: Payload
) -> str:
    if id_token["idToken"] != id_token["idToken"].upper():
        mark_triggered()
        return "Unknown"
    status: str = original(id_token)
    return status


_CUSTOMERS = "customer-information"

OF_STATION_QUESTIONS = by_name(
    (
        *_both(_dialled),
        Fault(
            "anybody-is-a-customer",
            "Accepts a CustomerInformation about nobody.",
            _customers("Accepted"),
            "N09.FR.09",
            (_CUSTOMERS, "1"),
        ),
        Fault(
            "two-customers-in-one",
            "Accepts a CustomerInformation that names one in two ways.",
            _takes_two_customers,
            "N09.FR.09",
            (_CUSTOMERS, "2"),
        ),
        Fault(
            "nobody-is-invalid",
            "Legal.",
            _customers("Invalid"),
            "N09.FR.09",
            (_CUSTOMERS, "1"),
            verdict=_LEGAL,
        ),
    )
)
OF_CSMS_QUESTIONS = by_name(
    (
        *_both(_accepted),
        Fault(
            "compression-declined",
            "Does not take the compression that it is offered.",
            _without_extensions,
            "Part 4, 3.3",
            ("compression", "1"),
        ),
        Fault(
            "letters-of-tokens-compared",
            "Knows an idToken only in the letters in which it has it.",
            _compares_letters,
            "Part 2 C 1.1",
            ("letter-case", "2"),
        ),
    )
)
