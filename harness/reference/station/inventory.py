"""Builds the device model of a station from device_model.yaml and its variant."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml

from harness.reference.station.config import StationConfig
from harness.reference.station.device_model import Attribute, Component, DeviceModel, Variable
from harness.reference.station.values import Characteristics

Entry = dict[str, Any]


def build_model(config: StationConfig) -> DeviceModel:
    """The device model with its values as they leave the factory."""
    changes = _personal_entries(config)
    variables: list[Variable] = []
    for component, entries in _table().items():
        for key, plain in entries.items():
            path = f"{component}.{key}"
            entry = {**plain, **changes.get(path, {})}
            if _exists(path, entry, config):
                variables.extend(_variables(component, key, entry, config))
    return DeviceModel(variables)


@cache
def _table() -> dict[str, dict[str, Entry]]:
    """The entries of device_model.yaml by component; nobody changes them."""
    text = files(__package__ or "").joinpath("device_model.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, Entry]]", yaml.load(text, Loader=yaml.CSafeLoader))


def _exists(path: str, entry: Entry, config: StationConfig) -> bool:
    if path in config.absent:
        return False
    if entry.get("optional") and config.optional_variables == "absent":
        return False
    feature = entry.get("feature")
    return feature is None or _features(config)[feature]


def _features(config: StationConfig) -> dict[str, bool]:
    return {
        "evse_reset": config.supports_evse_reset,
        "reservation": config.reserve,
        "cache": config.cache,
        "local_list": config.local_list,
        "offline_unknown": config.offline_unknown,
        "signed_readings": config.signed_readings,
        "cooling_fan": config.cooling_fan,
        "sign_timeout": config.sign_timeout,
        "wildcards": config.wildcards,
        "max_energy": config.max_energy_on_invalid_id,
    }


def _personal_entries(config: StationConfig) -> dict[str, Entry]:
    slots = [str(slot) for slot in config.network_slots]
    points = ["EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer"]
    if config.parking_bay_sensor:
        points.append("ParkingBayOccupancy")
    starts = [*points, "DataSigned"] if config.signed_readings else points
    tx_mutability = "ReadOnly" if config.tx_points_read_only else "ReadWrite"
    phases = {"value": str(config.phases)}
    changes: dict[str, Entry] = {
        "ChargingStation.Model": {"value": config.model},
        "ChargingStation.VendorName": {"value": config.vendor},
        "ChargingStation.SupplyPhases": phases,
        "EVSE.SupplyPhases": phases,
        "Connector.SupplyPhases": phases,
        "OCPPCommCtrlr.NetworkConfigurationPriority": {"values": slots, "value": slots[0]},
        "OCPPCommCtrlr.ActiveNetworkProfile": {"value": slots[0]},
        "OCPPCommCtrlr.MessageTimeout[Default]": {"value": str(config.message_timeout)},
        # For fixed cables only ReadOnly and false is allowed (Part 2, 2.1.12).
        "OCPPCommCtrlr.UnlockOnEVSideDisconnect": {
            "mutability": "ReadOnly" if config.fixed_cable else "ReadWrite",
            "value": "false" if config.fixed_cable else "true",
        },
        "SecurityCtrlr.Identity": {"value": config.identity},
        "SecurityCtrlr.SecurityProfile": {"value": str(config.security_profile)},
        "SecurityCtrlr.BasicAuthPassword": {"value": config.password},
        "SecurityCtrlr.AdditionalRootCertificateCheck": {
            "value": "true" if config.additional_root_check else "false"
        },
        "TxCtrlr.TxStartPoint": {
            "value": ",".join(config.tx_start_points),
            "values": starts,
            "mutability": tx_mutability,
        },
        "TxCtrlr.TxStopPoint": {
            "value": ",".join(config.tx_stop_points),
            "values": points,
            "mutability": tx_mutability,
        },
    }
    for path, value in config.values.items():
        changes[path] = {**changes.get(path, {}), "value": value}
    for path in config.read_only:
        changes[path] = {**changes.get(path, {}), "mutability": "ReadOnly"}
    return changes


def _variables(component: str, key: str, entry: Entry, config: StationConfig) -> list[Variable]:
    name, _, rest = key.partition("[")
    characteristics = _characteristics(entry)
    return [
        Variable(place, name, characteristics, _attributes(entry), rest.rstrip("]"))
        for place in _places(component, entry.get("tier", "station"), config)
    ]


def _places(component: str, tier: str, config: StationConfig) -> list[Component]:
    if tier == "evse":
        return [Component(component, evse=evse) for evse in config.evses]
    if tier == "connector":
        return [
            Component(component, evse=evse, connector=connector)
            for evse, connectors in config.evses.items()
            for connector in connectors
        ]
    return [Component(component)]


def _characteristics(entry: Entry) -> Characteristics:
    return Characteristics(
        data_type=entry["type"],
        unit=entry.get("unit", ""),
        min_limit=_limit(entry.get("min")),
        max_limit=_limit(entry.get("max")),
        values=tuple(entry.get("values", ())),
        may_be_empty=entry.get("empty", False),
        pattern=entry.get("pattern", ""),
    )


def _limit(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _attributes(entry: Entry) -> list[Attribute]:
    attributes = [Attribute("Actual", entry.get("value"), entry.get("mutability", "ReadOnly"))]
    if entry.get("target"):
        attributes += [
            Attribute(kind, None, "ReadWrite") for kind in ("Target", "MinSet", "MaxSet")
        ]
    return attributes
