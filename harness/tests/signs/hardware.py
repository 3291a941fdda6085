"""How stations show that differ in what they are built of."""

from __future__ import annotations

from harness.tests.signs.sign import Sign, answer, call, in_case, mutability, reported, unreported

_CONNECTOR_2 = call("StatusNotification", evseId=1, connectorId=2)

_OTHER_OCCUPIED = {"actualValue": "Occupied", "component": {"evse": {"connectorId": 2}}}

HARDWARE = {
    "one-evse": Sign(unreported("EVSE", id=2)),
    "other-connector-unavailable": Sign(
        in_case(
            "TC_B_21_CS", call("StatusNotification", connectorId=2, connectorStatus="Unavailable")
        )
    ),
    "other-connector-occupied": Sign(
        in_case("TC_B_21_CS", call("NotifyEvent", eventData=[_OTHER_OCCUPIED]))
    ),
    "two-connectors": Sign(_CONNECTOR_2),
    "three-evses": Sign(call("StatusNotification", evseId=3, connectorId=3)),
    "fixed-cable": Sign(mutability("UnlockOnEVSideDisconnect", "ReadOnly")),
    "lock-rests-closed": Sign(answer("UnlockConnector", status="UnlockFailed")),
    "available-when-unplugged": Sign(
        in_case("TC_G_17_CS", call("StatusNotification", evseId=1, connectorStatus="Available"))
    ),
    "cooling-fan": Sign(reported(name="FanSpeed")),
}
