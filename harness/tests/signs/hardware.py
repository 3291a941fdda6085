"""How stations show that differ in what they are built of."""

from __future__ import annotations

from harness.tests.signs.sign import Sign, call, mutability, reported, unreported

_CONNECTOR_2 = call("StatusNotification", evseId=1, connectorId=2)

HARDWARE = {
    "one-evse": Sign(unreported("EVSE", id=2)),
    "two-connectors": Sign(_CONNECTOR_2),
    "three-evses": Sign(call("StatusNotification", evseId=3, connectorId=3)),
    "fixed-cable": Sign(mutability("UnlockOnEVSideDisconnect", "ReadOnly")),
    "cooling-fan": Sign(reported(name="FanSpeed")),
}
