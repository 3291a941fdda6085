"""Faults of coming back to a connection that was lost (Part 4, 5.3)."""

from __future__ import annotations

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


FAULTS = (
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
