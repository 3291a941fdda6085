"""Waiting: what has come in time is found, whatever held this process up."""

from __future__ import annotations

import asyncio
import time

import pytest

from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.inbox import Closed, Inbox


def _stalled_inbox() -> Inbox:
    """One on a loop that soon stands still for a second; an event comes 0.2 s after that."""
    inbox, loop = Inbox(), asyncio.get_running_loop()

    def stall() -> None:
        time.sleep(1)
        loop.call_later(
            0.2, lambda: inbox.add(Closed(time.monotonic(), 1, ConnectionEnd(ClosedBy.HARNESS)))
        )

    loop.call_later(0.05, stall)
    return inbox


@pytest.mark.asyncio
async def test_a_stall_of_this_process_is_not_counted() -> None:
    inbox, began = _stalled_inbox(), time.monotonic()
    assert await inbox.wait(lambda: inbox.events or None, 0.7)
    [came] = inbox.events
    assert 0.8 < inbox.stalled(began, came.t) < 1.2
    assert inbox.stalled(came.t + 1, came.t + 2) == 0


@pytest.mark.asyncio
async def test_an_event_that_does_not_come_is_waited_for_as_long_as_said() -> None:
    began = time.monotonic()
    assert await Inbox().wait(lambda: None, 0.35) is None
    assert time.monotonic() - began >= 0.34
