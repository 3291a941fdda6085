"""The conforming variants in which pages are shown, some of them needed here alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from harness.operators.base import Unsupported
from harness.reference.rpc import Payload
from harness.reference.station import Station
from harness.reference.variants import STATION, Variant
from harness.spec.roles import Role
from harness.testbed.kits import KITS


def _no_power_switch(station: Station) -> None:
    """Nobody can switch the station's power: the harness resets it instead."""

    async def power_cycle() -> NoReturn:
        raise Unsupported("no way to switch the power")

    station.power_cycle = power_cycle


def _write_only_enabled(station: Station) -> None:
    """One component's Enabled can be set, but not read."""
    variable = station.model.named("ReservationCtrlr.Enabled")
    actual = variable.attribute("Actual") if variable else None
    if actual is None:
        raise LookupError("the embedded station has no ReservationCtrlr.Enabled")
    actual.mutability = "WriteOnly"


def _cable_before_permission(station: Station) -> None:
    """The driver plugs in before the station has taken in that charging is allowed."""
    ask_csms, plug_in = station.authorization.ask_csms, station.plug_in
    cable_in = asyncio.Event()

    async def plug(evse: int, connector: int) -> None:
        await plug_in(evse, connector)
        cable_in.set()

    async def ask(token: Any) -> Payload:
        info = await ask_csms(token)
        if all(evse.plugged is None for evse in station.evses.values()):
            cable_in.clear()
            with suppress(TimeoutError):
                # No time-out of the station is shorter than this in the cases that it is for.
                await asyncio.wait_for(cable_in.wait(), 1.0)
        return info

    station.plug_in = plug
    station.authorization.ask_csms = ask


#: Variants that are needed here alone.
OWN: Mapping[str, Variant] = {
    "notify-event-tx-parking-bay": Variant(
        "both at once",
        {**STATION["notify-event"].config, **STATION["tx-parking-bay"].config},
    ),
    "cable-before-permission": Variant(
        "the cable's event comes without token, whatever the machine does besides",
        {"tx_start_points": ("EVConnected",)},
        alter=_cable_before_permission,
    ),
    "no-power-switch": Variant(
        "a reset in place of a power cycle (state Booted)", alter=_no_power_switch
    ),
    "write-only-enabled": Variant(
        "WriteOnly variables are reported without value (B08.FR.03)", alter=_write_only_enabled
    ),
}


def variant_named(role: Role, name: str) -> Variant:
    """A variant of the embedded system, or one that only pages need."""
    return OWN.get(name) or KITS[role].variants[name]
