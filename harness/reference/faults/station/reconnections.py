"""Faults of coming back to a connection that was lost (Part 4, 5.3), and of keeping it (G02)."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces


def _waits(seconds: float) -> Alter:
    """Waits so long before each attempt, whatever it is set to."""

    def back_off(
        _station: Any, original: Any, mark_triggered: MarkTriggered, doublings: int
    ) -> float:
        if original(doublings) != seconds:
            mark_triggered()
        return seconds

    return replaces("link.back_off")(back_off)


@replaces("heartbeat.run")
async def _no_heartbeats(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    await asyncio.Event().wait()


@replaces("heartbeat.set_interval")
def _every_hour(station: Any, original: Any, mark_triggered: MarkTriggered, seconds: int) -> None:
    original(seconds)
    station.heartbeat.interval = 3600
    mark_triggered()


FAULTS = (
    Fault(
        "heartbeats-never-sent",
        "Sends no HeartbeatRequest by itself.",
        _no_heartbeats,
        requirement="G02.FR.02",
        shows=("TC_J_01_CS", "heartbeats_keep_their_interval"),
    ),
    Fault(
        "heartbeats-every-hour",
        "Sends a heartbeat every hour, whatever interval it was told.",
        _every_hour,
        requirement="G02.FR.01",
        shows=("TC_L_02_CS", "heartbeats_keep_their_interval"),
    ),
    Fault(
        "back-off-disregarded",
        "Tries to reconnect at once, whatever RetryBackOffWaitMinimum is.",
        _waits(0.2),
        requirement="Part 4, 5.3",
        shows=("TC_E_44_CS", "reconnections_wait_their_time"),
    ),
    Fault(
        "back-off-of-its-own",
        "Waits for 20 seconds, whatever RetryBackOffWaitMinimum is.",
        _waits(20),
        requirement="Part 4, 5.3",
        shows=("TC_B_51_CS", "reconnections_wait_their_time"),
    ),
)
