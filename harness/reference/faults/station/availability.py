"""Faults in the availability that a CSMS sets (block G)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces


@replaces("availability.apply_soon")
async def _changes_nothing(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if all(station.availability.scheduled.values()):
        await original()
        return
    mark_triggered()
    station.availability.scheduled.clear()


@replaces("availability.refresh_soon")
async def _changes_at_once(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    for place, operative in list(station.availability.scheduled.items()):
        station.availability.set_operative(place, operative)
    station.availability.refresh()


@replaces("availability.refresh_soon")
async def _forgets(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.availability.scheduled.clear()


FAULTS = (
    Fault(
        "inoperative-in-words",
        "A change to Inoperative is accepted and not made.",
        _changes_nothing,
        "G03.FR.04",
        ("TC_G_03_CS", "1>Unavailable 3"),
    ),
    Fault(
        "inoperative-while-charging",
        "A change is said to be scheduled, and made while the transaction goes on.",
        _changes_at_once,
        "G03.FR.05",
        ("TC_G_11_CS", "2"),
    ),
    Fault(
        "scheduled-change-forgotten",
        "A change that is scheduled is never made.",
        _forgets,
        "G03.FR.05",
        ("TC_G_11_CS", "4"),
    ),
)
