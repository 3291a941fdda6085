"""Faults of an update that drivers are in the way of (block L)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    replaces,
)


@replaces("firmware.wait_for_drivers")
async def _waits_for_nobody(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    if station.firmware.is_busy():
        mark_triggered()


@replaces("firmware.wait_for_drivers")
async def _waits_for_one(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    firmware = station.firmware
    charging = [evse for evse in station.evses.values() if evse.transaction]
    while charging and all(evse.transaction or evse.plugged for evse in charging):
        firmware._settled.clear()
        await firmware._settled.wait()
    if firmware.is_busy():
        mark_triggered()


@replaces("availability.keep_out")
def _lets_everybody_in(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()


@replaces("firmware.wait_for_drivers")
async def _lets_nobody_in(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if station.firmware.is_busy():
        mark_triggered()
        station.availability.keep_out()
    await original()


@replaces("availability.keep_out")
def _closes_what_is_free_now(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    free = {evse.id for evse in station.evses.values() if evse.plugged is None}
    if not station.availability.held:
        mark_triggered()
        station.availability.hold(free)


@replaces("firmware.finished")
def _ends_transactions(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.resets.end_transactions()
    original()


FAULTS = (
    Fault(
        "download-waits-for-nobody",
        "A station that cannot do both downloads while somebody charges.",
        _waits_for_nobody,
        "L01.FR.13",
        ("TC_L_12_CS", "3"),
    ),
    Fault(
        "update-waits-for-one-driver",
        "An update is begun as soon as one of two drivers has gone.",
        _waits_for_one,
        "L01.FR.06, L01.FR.13",
        ("TC_L_12_CS", "7"),
    ),
    Fault(
        "closed-though-new-sessions-are-allowed",
        "While an update waits nobody is let in, though new drivers are allowed.",
        _lets_nobody_in,
        "L01.FR.07",
        ("TC_L_12_CS", "5>EnergyTransferStarted"),
    ),
    Fault(
        "open-while-update-waits",
        "While an update waits everybody is let in, though that is not allowed.",
        _lets_everybody_in,
        "L01.FR.07",
        ("TC_L_13_CS", "5"),
    ),
    Fault(
        "opens-what-becomes-free",
        "While an update waits only those EVSEs are closed that were free as it began to.",
        _closes_what_is_free_now,
        "L01.FR.07",
        ("TC_L_13_CS", "14"),
    ),
    Fault(
        "activation-waits-for-nobody",
        "The reboot into new firmware waits for no transaction.",
        _waits_for_nobody,
        "L01.FR.33",
        ("TC_L_14_CS", "9"),
        variant="installs-while-charging",
    ),
    Fault(
        "installation-waits-for-one-driver",
        "An installation is begun as soon as one of two drivers has gone.",
        _waits_for_one,
        "L01.FR.06",
        ("TC_L_14_CS", "13"),
        variant="downloads-while-charging",
    ),
    Fault(
        "open-while-installation-waits",
        "While an installation waits everybody is let in, though that is not allowed.",
        _lets_everybody_in,
        "L01.FR.07",
        ("TC_L_15_CS", "11"),
        variant="downloads-while-charging",
    ),
    Fault(
        "update-ends-transactions",
        "An update that is to disturb nobody ends every transaction.",
        _ends_transactions,
        "L01.FR.33",
        ("TC_L_16_CS", "12"),
        variant="updates-while-charging",
    ),
)
