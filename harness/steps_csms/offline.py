"""The station is offline for a while, and keeps what happens meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from harness import clock
from harness.ocppj.inbox import Opened
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation


@dataclass(frozen=True)
class Offline:
    """An offline period that is over.

    ``moments``: when events of the transaction happened (RFC 3339), the earliest first; ``end``:
    the mark at which the connection was back.
    """

    moments: list[str]
    end: int


async def go_offline(station: FakeStation, step: int, back_step: int, *, events: int) -> Offline:
    """Close the connection, wait for the configured transaction duration, and connect again.

    So many ``events`` of the transaction happen meanwhile.
    """
    station.record.act(step, "closes the connection")
    await station.disconnect()
    moments: list[str] = []
    seconds = station.sut.configured.transaction_duration
    station.record.act(back_step, "waits", seconds=seconds)
    for _ in range(events):
        await clock.sleep(seconds / events)
        moments.append(now())
    station.transaction.queued = events
    station.record.act(back_step, "connects")
    await station.reconnect(back_step)
    return Offline(moments, _latest_connection(station))


def _latest_connection(station: FakeStation) -> int:
    """Where in the inbox the connection in use began: what was asked before is another matter."""
    opened = (i for i, event in enumerate(station.inbox.events) if isinstance(event, Opened))
    return max(opened, default=0)
