"""The device model of a small station, as its reports tell it."""

from __future__ import annotations

from typing import Any

from harness.ocppj.frames import Payload


def item(
    name: str, value: str, kind: str = "string", mutability: str = "ReadOnly", **limits: Any
) -> Payload:
    """An element of reportData about "Component.Variable" or "Component(1).Variable"."""
    component, _, variable = name.partition(".")
    named, _, evse = component.rstrip(")").partition("(")
    place = {"evse": {"id": int(evse)}} if evse else {}
    return {
        "component": {"name": named, **place},
        "variable": {"name": variable},
        "variableCharacteristics": {"dataType": kind, "supportsMonitoring": False, **limits},
        "variableAttribute": [{"type": "Actual", "value": value, "mutability": mutability}],
    }


def reported(now: str) -> list[Payload]:
    """What a full inventory holds at that time."""
    return [
        item(
            "EVSE(1).AvailabilityState", "Available", "OptionList", valuesList="Available,Faulted"
        ),
        item("OCPPCommCtrlr.HeartbeatInterval", "60", "integer", "ReadWrite", maxLimit=3600),
        item("SecurityCtrlr.OrganizationName", "Harness", mutability="ReadWrite", maxLimit=20),
        item("TxCtrlr.StopTxOnInvalidId", "true", "boolean", "ReadWrite"),
        item("ClockCtrlr.DateTime", now, "dateTime"),
    ]
