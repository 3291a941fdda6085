"""The device model that the fake station shows to a CSMS under test."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.ocppj.frames import Payload
from harness.ocppj.variables import Variable, folded, key_of

_AVAILABILITY = "Available,Occupied,Reserved,Unavailable,Faulted"


@dataclass
class Held:
    """One variable of the fake station; ``values_list`` only for list types.

    The value of a WriteOnly one is told nobody; ``max_limit`` as the device model says it.
    """

    value: str
    data_type: str = "string"
    mutability: str = "ReadWrite"
    values_list: str = ""
    max_limit: int | None = None


def _fresh(evses: Mapping[int, tuple[int, ...]], slots: tuple[int, ...]) -> dict[Variable, Held]:
    """The variables; a few values are drawn anew each time, so that no CSMS can know them."""
    drawn = str(100 + secrets.randbelow(900))
    named = {
        "OCPPCommCtrlr.OfflineThreshold": Held(drawn, "integer"),
        "OCPPCommCtrlr.HeartbeatInterval": Held("300", "integer"),
        "OCPPCommCtrlr.NetworkConfigurationPriority": Held(
            str(slots[0]), "SequenceList", values_list=",".join(map(str, slots))
        ),
        "OCPPCommCtrlr.MessageTimeout[Default]": Held("30", "integer", "ReadOnly"),
        "AuthCtrlr.Enabled": Held("true", "boolean"),
        "AuthCtrlr.AuthorizeRemoteStart": Held("false", "boolean"),
        "AuthCtrlr.LocalAuthorizeOffline": Held("true", "boolean"),
        "DeviceDataCtrlr.ItemsPerMessage[GetReport]": Held("4", "integer", "ReadOnly"),
        "DeviceDataCtrlr.ItemsPerMessage[GetVariables]": Held("4", "integer", "ReadOnly"),
        "DeviceDataCtrlr.ItemsPerMessage[SetVariables]": Held("4", "integer", "ReadOnly"),
        "DeviceDataCtrlr.BytesPerMessage[GetReport]": Held("65536", "integer", "ReadOnly"),
        "DeviceDataCtrlr.BytesPerMessage[GetVariables]": Held("65536", "integer", "ReadOnly"),
        "DeviceDataCtrlr.BytesPerMessage[SetVariables]": Held("65536", "integer", "ReadOnly"),
        "TxCtrlr.TxStartPoint": Held(
            "EVConnected,Authorized",
            "MemberList",
            values_list="ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer",
        ),
        "TxCtrlr.TxStopPoint": Held(
            "EVConnected",
            "MemberList",
            values_list="ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer",
        ),
        "AlignedDataCtrlr.SendDuringIdle": Held("false", "boolean"),
        "SecurityCtrlr.AdditionalRootCertificateCheck": Held("false", "boolean", "ReadOnly"),
        "SecurityCtrlr.BasicAuthPassword": Held("", mutability="WriteOnly", max_limit=64),
        "ChargingStation.AvailabilityState": Held(
            "Available", "OptionList", "ReadOnly", _AVAILABILITY
        ),
    }
    held = {Variable.parse(name): value for name, value in named.items()}
    for evse, connectors in evses.items():
        for place in [(evse, None), *((evse, connector) for connector in connectors)]:
            component = "EVSE" if place[1] is None else "Connector"
            variable = Variable(component, "AvailabilityState", None, *place)
            held[variable] = Held("Available", "OptionList", "ReadOnly", _AVAILABILITY)
    return held


@dataclass
class StationModel:
    """What the fake station answers to requests for its variables."""

    evses: Mapping[int, tuple[int, ...]]
    #: Slots of network profiles, the one in use first.
    slots: tuple[int, ...] = (1, 2)
    held: dict[Variable, Held] = field(default_factory=dict[Variable, Held])

    def __post_init__(self) -> None:
        self.held = _fresh(self.evses, self.slots)

    def value(self, name: str) -> str:
        """The actual value of a variable ("Component.Variable[instance]")."""
        return self.held[Variable.parse(name)].value

    def get_variables(self, payload: Payload) -> Payload:
        """GetVariablesResponse (Part 2, B06)."""
        return {
            "getVariableResult": [self._got(item) for item in _some(payload, "getVariableData")]
        }

    def _got(self, item: Mapping[str, Any]) -> dict[str, Any]:
        status, held = self._find(item)
        if held is not None and held.mutability == "WriteOnly":
            status, held = "Rejected", None  # B06.FR.09
        result = {
            "component": item["component"],
            "variable": item["variable"],
            "attributeStatus": status,
        }
        if "attributeType" in item:
            result["attributeType"] = item["attributeType"]
        if held is not None:
            result["attributeValue"] = held.value
        return result

    def set_variables(self, payload: Payload) -> Payload:
        """SetVariablesResponse (Part 2, B05)."""
        return {
            "setVariableResult": [self._set(item) for item in _some(payload, "setVariableData")]
        }

    def _set(self, item: Mapping[str, Any]) -> dict[str, Any]:
        status, held = self._find(item)
        if held is not None and held.mutability == "ReadOnly":
            status = "Rejected"
        elif held is not None:
            held.value = str(item["attributeValue"])
        result = {
            "component": item["component"],
            "variable": item["variable"],
            "attributeStatus": status,
        }
        return result | {k: item[k] for k in ("attributeType",) if k in item}

    def _find(self, item: Mapping[str, Any]) -> tuple[str, Held | None]:
        wanted = key_of(item)
        if item.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType", None
        variable = self._known(wanted)
        if variable is not None:
            return "Accepted", self.held[variable]
        component = folded(wanted).component
        known = any(folded(each).component == component for each in self.held)
        return ("UnknownVariable" if known else "UnknownComponent"), None

    def report(self, base: str) -> list[dict[str, Any]]:
        """reportData of a base report (Part 2, B07)."""
        return [
            self._report_item(variable, held)
            for variable, held in self.held.items()
            if _in_report(base, variable, held)
        ]

    def report_of(self, variable: Variable) -> list[dict[str, Any]]:
        """reportData of one variable, empty if the fake station does not have it."""
        known = self._known(variable)
        return [self._report_item(known, self.held[known])] if known else []

    def _known(self, wanted: Variable) -> Variable | None:
        """The variable as the fake station writes it: names compare without case (Part 2, 1.2)."""
        return next((each for each in self.held if folded(each) == folded(wanted)), None)

    def _report_item(self, variable: Variable, held: Held) -> dict[str, Any]:
        characteristics: dict[str, Any] = {
            "dataType": held.data_type,
            "supportsMonitoring": False,
        }
        if held.values_list:
            characteristics["valuesList"] = held.values_list
        if held.max_limit is not None:
            characteristics["maxLimit"] = held.max_limit
        attribute = {"type": "Actual", "mutability": held.mutability}
        if held.mutability != "WriteOnly":
            attribute["value"] = held.value
        return variable.as_json() | {
            "variableAttribute": [attribute],
            "variableCharacteristics": characteristics,
        }


def _some(payload: Payload, name: str) -> list[Any]:
    """The elements of a list that must not be empty: an empty answer would break its schema too.

    Raises:
        ValueError: there are none.
    """
    if not payload[name]:
        raise ValueError(f"{name} is empty")
    return payload[name]


def _in_report(base: str, variable: Variable, held: Held) -> bool:
    if base == "ConfigurationInventory":
        return held.mutability != "ReadOnly"
    return base == "FullInventory" or variable.name == "AvailabilityState"
