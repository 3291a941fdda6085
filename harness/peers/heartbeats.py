"""The heartbeats of the fake station: what keeps a silent connection (Part 2, G02.FR.01-02)."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Traffic

if TYPE_CHECKING:
    from harness.peers.fake_station import FakeStation


class Heartbeats:
    """One sender for each station: the interval is that of the latest accepted boot."""

    def __init__(self) -> None:
        self._interval = 0
        self._running = False

    def told(self, station: FakeStation, interval: Any) -> None:
        """The CSMS has accepted a boot; with 0 the interval is the station's choice: none."""
        self._interval = interval if type(interval) is int else 0
        if self._interval > 0 and not self._running:
            self._running = True
            station.spawn(self._beat(station))

    async def _beat(self, station: FakeStation) -> None:
        """Whenever nothing else was sent for the interval; the standing rules judge the answers."""
        since = time.monotonic()
        while self._interval > 0:
            left = max(since, _last_call(station)) + self._interval - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)
                continue
            since = time.monotonic()
            if station.accepted:
                await station.offer("Heartbeat")
        self._running = False


def _last_call(station: FakeStation) -> float:
    """When the station last sent a request (monotonic seconds)."""
    for event in reversed(station.inbox.events):
        if isinstance(event, Traffic) and event.sent and event.frame.kind is FrameKind.CALL:
            return event.t
    return 0.0
