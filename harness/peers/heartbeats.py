"""The heartbeats of the fake station: what keeps a silent connection (Part 2, G02.FR.01-02)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from harness import clock
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Inbox, Traffic
from harness.peers.sent import Sent


class Sender(Protocol):
    """A station on whose connection heartbeats go out while it is accepted."""

    accepted: bool
    inbox: Inbox

    def spawn(self, work: Awaitable[None]) -> None:
        """Run a coroutine beside the case."""
        ...

    async def offer(self, action: str, /) -> Sent | None:
        """Send a CALL if there is a connection that takes it."""
        ...


class Heartbeats:
    """One sender for each station: the interval is that of the latest accepted boot."""

    def __init__(self) -> None:
        self._interval = 0
        self._running = False

    def told(self, station: Sender, interval: Any) -> None:
        """The CSMS has accepted a boot; with 0 the interval is the station's choice: none."""
        self._interval = interval if type(interval) is int else 0
        if self._interval > 0 and not self._running:
            self._running = True
            station.spawn(self._beat(station))

    async def _beat(self, station: Sender) -> None:
        """Whenever nothing else was sent for the interval; the standing rules judge the answers."""
        since = clock.monotonic()
        while self._interval > 0:
            left = max(since, _last_call(station)) + self._interval - clock.monotonic()
            if left > 0:
                await clock.sleep(left)
                continue
            since = clock.monotonic()
            if station.accepted:
                await station.offer("Heartbeat")
        self._running = False


def _last_call(station: Sender) -> float:
    """When the station last sent a request (monotonic seconds)."""
    for event in reversed(station.inbox.events):
        if isinstance(event, Traffic) and event.sent and event.frame.kind is FrameKind.CALL:
            return event.t
    return 0.0
