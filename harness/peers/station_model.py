"""The device model that the fake station shows to a CSMS under test (``station_model.yaml``)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner
from harness.ocppj.variables import Variable, key_of
from harness.peers.answers import now

_DATE_TIME = Variable.parse("ClockCtrlr.DateTime")


@dataclass
class Held:
    """One variable of the fake station; ``values`` only for list types.

    The value of a WriteOnly one is told nobody. ``drawn``: between which numbers another one is
    taken each time it is reported, so that no CSMS can know it, as long as the CSMS has neither
    read nor set it.
    """

    value: str
    data_type: str = "string"
    mutability: str = "ReadOnly"
    values: tuple[str, ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None
    drawn: tuple[int, int] | None = None

    def draw(self) -> None:
        """Take another value, where it is drawn."""
        if self.drawn is None:
            return
        before, (least, most) = self.value, self.drawn
        while self.value == before:
            self.value = str(least + secrets.randbelow(most - least + 1))

    def takes(self, value: str) -> bool:
        """Whether it can have this value (VariableCharacteristicsType)."""
        match self.data_type:
            case "integer" | "decimal":
                return self._takes_number(value)
            case "boolean":
                return value in ("true", "false")
            case "OptionList":
                return value in self.values
            case "MemberList" | "SequenceList":
                members = [each for each in value.split(",") if each]
                return set(members) <= set(self.values) and len(set(members)) == len(members)
            case _:
                return (self.least or 0) <= len(value) <= (self.most or len(value))

    def _takes_number(self, value: str) -> bool:
        with suppress(ValueError):
            number = int(value) if self.data_type == "integer" else float(value)
            least = number if self.least is None else self.least
            most = number if self.most is None else self.most
            return least <= number <= most
        return False


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    text = resources.files("harness.peers").joinpath("station_model.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _held(entry: Mapping[str, Any]) -> Held:
    writable = "ReadWrite" if entry.get("set") else "ReadOnly"
    held = Held(
        str(entry.get("value", "")),
        str(entry["type"]),
        "WriteOnly" if entry.get("write_only") else writable,
        tuple(map(str, entry.get("values", ()))),
        str(entry.get("unit", "")),
        entry.get("min"),
        entry.get("max"),
        tuple(entry["drawn"]) if "drawn" in entry else None,
    )
    held.draw()
    return held


def _places(tier: str, evses: Mapping[int, tuple[int, ...]]) -> Iterator[tuple[int | None, ...]]:
    match tier:
        case "evse":
            yield from ((evse, None) for evse in evses)
        case "connector":
            yield from ((e, c) for e, connectors in evses.items() for c in connectors)
        case _:
            yield (None, None)


def _fresh(evses: Mapping[int, tuple[int, ...]]) -> dict[Variable, Held]:
    held: dict[Variable, Held] = {}
    for component, variables in _table().items():
        for name, entry in variables.items():
            plain = Variable.parse(f"{component}.{name}")
            for evse, connector in _places(str(entry.get("tier", "")), evses):
                place = Variable(plain.component, plain.name, plain.instance, evse, connector)
                held[place] = _held(entry)
    return held


@dataclass
class StationModel:
    """What the fake station answers to requests for its variables.

    ``own``: values that are made at run time, by name; ``slots`` of network profiles, the one in
    use first.
    """

    evses: Mapping[int, tuple[int, ...]]
    slots: tuple[int, ...] = (1, 2)
    own: Mapping[str, str] = field(default_factory=dict[str, str])
    held: dict[Variable, Held] = field(init=False)

    def __post_init__(self) -> None:
        self.held = _fresh(self.evses)
        priority = self.held[Variable.parse("OCPPCommCtrlr.NetworkConfigurationPriority")]
        priority.values, priority.value = tuple(map(str, self.slots)), str(self.slots[0])
        self.held[Variable.parse("OCPPCommCtrlr.ActiveNetworkProfile")].value = priority.value
        for name, value in self.own.items():
            self.hold(name, value)

    def hold(self, name: str, value: str) -> None:
        """Have a variable with this value ("Component.Variable[instance]")."""
        self.held[Variable.parse(name)].value = value

    def value(self, name: str) -> str:
        """The actual value of a variable ("Component.Variable[instance]")."""
        variable = Variable.parse(name)
        return _value(variable, self.held[variable])

    def get_variables(self, payload: Payload) -> Payload:
        """GetVariablesResponse (Part 2, B06)."""
        return {
            "getVariableResult": [self._got(item) for item in _some(payload, "getVariableData")]
        }

    def _got(self, item: Mapping[str, Any]) -> dict[str, Any]:
        status, variable = self._find(item)
        if variable is not None and self.held[variable].mutability == "WriteOnly":
            status, variable = "Rejected", None  # B06.FR.09
        result = {
            "component": item["component"],
            "variable": item["variable"],
            "attributeStatus": status,
            "attributeType": item.get("attributeType", "Actual"),
        }
        if variable is not None:
            self.held[variable].drawn = None
            result["attributeValue"] = _value(variable, self.held[variable])
        return result

    def set_variables(self, payload: Payload) -> Payload:
        """SetVariablesResponse (Part 2, B05)."""
        return {
            "setVariableResult": [self._set(item) for item in _some(payload, "setVariableData")]
        }

    def _set(self, item: Mapping[str, Any]) -> dict[str, Any]:
        status, variable = self._find(item)
        if variable is not None:
            status = self._put(self.held[variable], str(item["attributeValue"]))
        return {
            "component": item["component"],
            "variable": item["variable"],
            "attributeStatus": status,
            "attributeType": item.get("attributeType", "Actual"),
        }

    @staticmethod
    def _put(held: Held, value: str) -> str:
        if held.mutability == "ReadOnly" or not held.takes(value):
            return "Rejected"
        held.value, held.drawn = value, None
        return "Accepted"

    def _find(self, item: Mapping[str, Any]) -> tuple[str, Variable | None]:
        wanted = key_of(item)
        if item.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType", None
        variable = self._known(wanted)
        if variable is not None:
            return "Accepted", variable
        component, _ = wanted.names
        known = any(each.names[0] == component for each in self.held)
        return ("UnknownVariable" if known else "UnknownComponent"), None

    def report(self, base: str) -> list[dict[str, Any]]:
        """reportData of a base report (Part 2, B07); no two reports of it say the same."""
        told = {v: held for v, held in self.held.items() if _in_report(base, v, held)}
        for held in told.values():
            held.draw()
        return [self._report_item(variable, held) for variable, held in told.items()]

    def selected(self, criteria: Sequence[str], wanted: Sequence[Payload]) -> list[dict[str, Any]]:
        """reportData of a custom report (Part 2, B08): what is not named stands for all there are.

        ``criteria``: ComponentCriterionEnumType; ``wanted``: ComponentVariableType.
        """
        return [
            self._report_item(variable, held)
            for variable, held in self.held.items()
            if (not wanted or any(_is_named(variable, each) for each in wanted))
            and (not criteria or any(self._meets(variable, each) for each in criteria))
        ]

    def _meets(self, variable: Variable, criterion: str) -> bool:
        """Whether its component meets a criterion (B08.FR.07-10)."""
        told = self.held.get(replace(variable, name=criterion, instance=None))
        if told is None:
            return criterion != "Problem"
        return told.value == "true"

    def too_many(self, action: str, count: int) -> bool:
        """Whether a request has more elements than the station takes (ItemsPerMessage)."""
        return count > int(self.value(f"DeviceDataCtrlr.ItemsPerMessage[{action}]"))

    def _known(self, wanted: Variable) -> Variable | None:
        """The variable as the fake station writes it: names compare without case (Part 2, 1.2)."""
        return next((each for each in self.held if each == wanted), None)

    def _report_item(self, variable: Variable, held: Held) -> dict[str, Any]:
        characteristics: dict[str, Any] = {
            "dataType": held.data_type,
            "supportsMonitoring": False,
            "unit": held.unit,
            "minLimit": held.least,
            "maxLimit": held.most,
            "valuesList": ",".join(held.values),
        }
        attribute = {"type": "Actual", "mutability": held.mutability}
        if held.mutability != "WriteOnly":
            attribute["value"] = _value(variable, held)
        return variable.as_json() | {
            "variableAttribute": [attribute],
            "variableCharacteristics": {
                name: value for name, value in characteristics.items() if value not in ("", None)
            },
        }


def _some(payload: Payload, name: str) -> list[Any]:
    """The elements of a list that must not be empty: an empty answer would break its schema too.

    Raises:
        ValueError: there are none.
    """
    if not payload[name]:
        raise ValueError(f"{name} is empty")
    return payload[name]


def _value(variable: Variable, held: Held) -> str:
    return now() if variable == _DATE_TIME else held.value


def _is_named(variable: Variable, wanted: Payload) -> bool:
    """Whether a ComponentVariableType is about it (B08.FR.20-23)."""
    component, evse = inner(wanted, "component"), inner(inner(wanted, "component"), "evse")
    named = inner(wanted, "variable")
    asked = (component.get("name"), evse.get("id"), evse.get("connectorId"))
    has = (variable.component, variable.evse, variable.connector)
    # An empty instance is none (B06.FR.15).
    more = (named.get("name"), named.get("instance") or None)
    return all(
        each is None or _same(each, own)
        for each, own in zip((*asked, *more), (*has, variable.name, variable.instance), strict=True)
    )


def _same(one: object, other: object) -> bool:
    return str(one).lower() == str(other).lower()


def _in_report(base: str, variable: Variable, held: Held) -> bool:
    match base:
        case "ConfigurationInventory":
            return held.mutability != "ReadOnly"
        case "SummaryInventory":
            abnormal = variable.component == "AirCoolingSystem"
            return abnormal or variable.name == "AvailabilityState"
        case _:
            return True
