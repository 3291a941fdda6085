"""Faults of reboots: told and not done."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces


@replaces("reboot")
async def in_words(
    station: Any, _original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    mark_triggered()
    station.disconnected()
    station.resets.forget()
    station.registration.begin(reason)
    await station.registration.run()


FAULTS = (
    Fault(
        "reset-told-on-the-same-connection",
        "Accepts a reset and tells of a reboot, on a connection that never ended.",
        in_words,
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "reboots_open_a_connection"),
    ),
)
