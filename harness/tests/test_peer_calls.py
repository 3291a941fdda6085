"""The fake peers keep to one outstanding CALL themselves (Part 4, 4.1.1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness import clock
from harness.evidence.transcript import Transcript
from harness.ocppj.connection_attempt import NOTHING_SHOWN, Attempt
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind
from harness.peers.answering import Reply
from harness.peers.peer import Peer
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut

pytestmark = pytest.mark.simulated_time


@dataclass
class Line:
    """A connection that keeps what is sent on it."""

    number: int = 1
    endpoint: str = "CSMS"
    attempt: Attempt = NOTHING_SHOWN
    subprotocol: str = DEFAULT.subprotocol
    opened: float = field(default_factory=clock.monotonic)
    sent: list[Frame] = field(default_factory=list)

    async def send(self, frame: Frame) -> bool:
        self.sent.append(frame)
        return True


def connected(response: float) -> tuple[Peer, Any]:
    sut = Sut("a CSMS", Role.CSMS, limits=Limits(response=response))
    peer = Peer(sut, Transcript("calls"), lambda _action, _payload: Reply())
    line: Any = Line()
    peer.opened(line)
    return peer, line


async def answer(peer: Peer, line: Any) -> None:
    result = Frame(FrameKind.CALLRESULT, line.sent[-1].id, "", {})
    await peer.received(line, result, clock.monotonic())


async def turns() -> None:
    """Let everything happen that needs no time."""
    for _ in range(20):
        await clock.sleep(0)


@pytest.mark.asyncio
async def test_a_call_waits_for_the_answer_to_the_one_before() -> None:
    peer, line = connected(response=5)
    calls = [asyncio.create_task(peer.send(n, "Heartbeat")) for n in (1, 2, 3)]
    for number in (1, 2, 3):
        await turns()
        assert len(line.sent) == number
        await answer(peer, line)
    await asyncio.gather(*calls)


@pytest.mark.asyncio
async def test_a_call_that_was_never_answered_holds_up_the_next_until_it_has_timed_out() -> None:
    peer, line = connected(response=0.2)
    began = clock.monotonic()
    await peer.send(1, "Heartbeat")
    await peer.send(2, "Heartbeat")
    assert len(line.sent) == 2
    assert clock.monotonic() - began >= 0.19


@pytest.mark.asyncio
async def test_a_new_connection_does_not_wait_for_the_old_one() -> None:
    peer, line = connected(response=5)
    await peer.send(1, "Heartbeat")
    peer.closed(line, ConnectionEnd(ClosedBy.NOBODY))
    again: Any = Line(number=2)
    peer.opened(again)
    await asyncio.wait_for(peer.send(2, "Heartbeat"), 1)
    assert len(again.sent) == 1
