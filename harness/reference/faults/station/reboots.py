"""Faults of reboots: told and not done, done once too often."""

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


@replaces("reboot")
async def twice(station: Any, original: Any, mark_triggered: MarkTriggered, reason: str) -> None:
    await original(reason)
    if reason not in ("RemoteReset", "ScheduledReset"):
        return

    def again() -> None:
        mark_triggered()
        station.spawn(original(reason))

    station.later(station.config.reset_time / 2, again)


FAULTS = (
    Fault(
        "reset-told-on-the-same-connection",
        "Accepts a reset and tells of a reboot, on a connection that never ended.",
        in_words,
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "reboots_open_a_connection"),
    ),
    Fault(
        "reset-performed-twice",
        "Reboots once more after the reboot that it was told to make.",
        twice,
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "3"),
    ),
)
