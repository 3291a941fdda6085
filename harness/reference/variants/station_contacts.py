"""Conforming ways of a charging station that differ in how quickly it can be moved."""

from __future__ import annotations

from typing import Any

from harness import clock
from harness.reference.station import Station

#: Seconds in which a contact may bounce.
_BOUNCING = 0.2


def slow_contacts(station: Station) -> None:
    """What happens within a moment after something else is taken for bouncing of a contact."""
    acted = [0.0]
    for name in ("plug_in", "unplug", "present_token", "drive_in", "drive_out"):
        _debounce(station, name, acted)


def _debounce(station: Station, name: str, acted: list[float]) -> None:
    act = getattr(station, name)

    async def settled(*args: Any, **kwargs: Any) -> None:
        bouncing = clock.monotonic() - acted[0] < _BOUNCING
        acted[0] = clock.monotonic()
        if not bouncing:
            await act(*args, **kwargs)

    setattr(station, name, settled)


def available_when_unplugged(station: Station) -> None:
    """A connector is told Available as the cable goes, whatever waits for that."""
    unplug, availability = station.unplug, station.availability

    async def told(evse: int, connector: int) -> None:
        if False in availability.scheduled.values():
            availability.send(evse, connector, "Available")
            availability.reported[evse, connector] = "Available"
        await unplug(evse, connector)

    setattr(station, "unplug", told)  # noqa: B010  # of this station alone
