"""What Part 4 obliges stations and CSMSs to alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import Check, fact
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Broken, Closed, Event, Traffic
from harness.peers.peer import Peer
from harness.questions.question import Question
from harness.rules.messages import ERROR_CODES

#: No version of OCPP has it.
UNKNOWN_ACTION = "HarnessUnknownAction"
_UNKNOWN = "Part 4, 4.3"
_MALFORMED = "Part 4, 4.1.3 (erratum 4.5), 4.2.3, 4.4"


async def ask_unknown_action(peer: Peer) -> None:
    """An action that nobody knows is answered as such."""
    sent = await peer.send(1, UNKNOWN_ACTION)
    await sent.error(2, "NotImplemented", "NotSupported", requirement=_UNKNOWN)


@dataclass(frozen=True)
class Malformed:
    """A text that is no OCPP-J message; ``id``: what may be taken for its message id."""

    what: str
    text: str
    id: str = "-1"


MALFORMED = (
    Malformed("JSON cut short", '[2,"harness-cut","Heart'),
    Malformed("an object", '{"messageTypeId":2}'),
    Malformed("an empty array", "[]"),
    Malformed("an id that is a number", '[2,17,"Heartbeat",{}]'),
    Malformed("a CALL without payload", '[2,"harness-short","Heartbeat"]', "harness-short"),
    Malformed("a payload that is an array", '[2,"harness-list","Heartbeat",[]]', "harness-list"),
    Malformed("an unknown message type", '[9,"harness-type","Heartbeat",{}]', "harness-type"),
)


async def ask_malformed(peer: Peer) -> None:
    """What is no message is ignored, dropped or refused; it is not answered as if it were one."""
    for step, each in enumerate(MALFORMED, start=1):
        mark = peer.mark()
        peer.record.act(step, "sends what is no message", text=each.text)
        if peer.wire is None or not await peer.wire.send_text(each.text):
            peer.fail(step, "connection", "", "open", "closed", _MALFORMED, matcher=fact("open"))

        def reaction(since: int = mark) -> Event | None:
            events = peer.inbox.events[since:]
            return next((event for event in events if _is_reaction(event)), None)

        found = await peer.inbox.wait(reaction, peer.sut.limits.silence)
        wrong = "" if found is None else _wrong_with(found, each)
        expected = "silence, or a CALLERROR of Part 4, table 8, with its id or -1"
        seen = wrong or ("silence" if found is None else "such a CALLERROR")
        wanted = fact("ignored or refused", id=each.id)
        check = Check(each.what, expected, seen, not wrong, wanted)
        peer.judge(step, "reaction", [check], _MALFORMED)


def _is_reaction(event: Event) -> bool:
    match event:
        case Traffic(sent=False, frame=frame):
            return frame.kind is not FrameKind.CALL
        case Broken() | Closed():
            return True
        case _:
            return False


def _wrong_with(event: Event, malformed: Malformed) -> str:
    """In words; "" where it is a refusal as it should be."""
    match event:
        case Closed(end=end):
            return f"the connection was {end}"
        case Broken(problem=problem):
            return f"{problem.problem}: {problem.excerpt}"
        case Traffic(frame=frame) if frame.kind is FrameKind.CALLRESULT:
            return f"a CALLRESULT with the id {frame.id!r}"
        case Traffic(frame=frame) if frame.code not in ERROR_CODES:
            return f"a CALLERROR with the code {frame.code!r}"
        case Traffic(frame=frame) if frame.id not in (malformed.id, "-1"):
            return f"a CALLERROR with the id {frame.id!r}"
        case _:
            return ""


async def ask_in_fragments(peer: Peer, action: str, payload: Payload) -> None:
    """A message that comes in several WebSocket frames is one message."""
    if peer.wire is None:
        peer.fail(1, f"{action}Request", "", "an open connection", "none", matcher=fact("open"))
    text, sent = peer.announce(1, action, payload)
    third = len(text) // 3
    await peer.wire.send_text(text[:third], text[third : 2 * third], text[2 * third :])
    answer = await sent.settled()
    none = f"none within {peer.sut.limits.response:g} s{peer.connection_note()}"
    seen, ok = ("answered" if answer else none), answer is not None
    check = Check("", "an answer", seen, ok, fact("answered"))
    peer.judge(2, f"{action}Response", [check], "RFC 6455, 5.4 (Part 4, 3)")


async def ask_ping(peer: Peer) -> None:
    """A ping is answered by a pong."""
    limit = peer.sut.limits.response
    peer.record.act(1, "pings")
    came = peer.wire is not None and await peer.wire.ping(limit)
    check = Check(
        "", "a pong", "a pong" if came else f"none within {limit:g} s", came, fact("pong")
    )
    peer.judge(2, "WebSocket", [check], "RFC 6455, 5.5.2 (Part 4, 5.2)")


def of_both(action: str, payload: dict[str, Any]) -> tuple[Question, ...]:
    """The questions; ``action`` with ``payload`` is one that every system of the role takes."""

    async def fragments(peer: Peer) -> None:
        await ask_in_fragments(peer, action, payload)

    return (
        Question(
            "unknown-action",
            "An action that OCPP does not have",
            _UNKNOWN,
            f"a CALL of {UNKNOWN_ACTION}",
            "anything but a CALLERROR NotImplemented or NotSupported",
            ask_unknown_action,
        ),
        Question(
            "malformed",
            "Texts that are no messages",
            _MALFORMED,
            ", ".join(each.what for each in MALFORMED),
            "a CALLRESULT, a code or an id that is not to be, the end of the connection",
            ask_malformed,
        ),
        Question(
            "fragments",
            "A message in several WebSocket frames",
            "RFC 6455, 5.4",
            f"a {action}Request in three frames",
            "no answer",
            fragments,
        ),
        Question("ping", "A WebSocket ping", "RFC 6455, 5.5.2", "a ping", "no pong", ask_ping),
    )
