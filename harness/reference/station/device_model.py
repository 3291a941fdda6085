"""Components, variables and their attributes (Part 1, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.reference.rpc import Payload
from harness.reference.station.values import LISTS, Characteristics

Source = Callable[[], str]


@dataclass(frozen=True)
class Component:
    """Address of a component; names and instances compare without case (Part 2, ComponentType)."""

    name: str
    instance: str = ""
    evse: int | None = None
    connector: int | None = None

    @staticmethod
    def of(data: Payload) -> Component:
        """The component that a ComponentType object addresses."""
        evse: Payload = data.get("evse") or {}
        return Component(
            data["name"], data.get("instance", ""), evse.get("id"), evse.get("connectorId")
        )

    def as_json(self) -> Payload:
        """The ComponentType object."""
        data: Payload = {"name": self.name}
        if self.instance:
            data["instance"] = self.instance
        if self.evse is not None:
            data["evse"] = {"id": self.evse}
            if self.connector is not None:
                data["evse"]["connectorId"] = self.connector
        return data

    def is_at(self, other: Component) -> bool:
        """Whether both are the same address."""
        return (self.name.lower(), self.instance.lower(), self.evse, self.connector) == (
            other.name.lower(),
            other.instance.lower(),
            other.evse,
            other.connector,
        )


@dataclass
class Attribute:
    """VariableAttributeType; a ``value`` of None is an attribute that was never set."""

    type: str = "Actual"
    value: str | None = None
    mutability: str = "ReadOnly"
    persistent: bool = True
    constant: bool = False

    @property
    def readable(self) -> bool:
        """Whether its value may be told."""
        return self.mutability != "WriteOnly"


@dataclass
class Variable:
    """A variable of a component; ``source`` computes the Actual value of a measured one."""

    component: Component
    name: str
    characteristics: Characteristics
    attributes: list[Attribute] = field(default_factory=list[Attribute])
    instance: str = ""
    source: Source | None = None

    @property
    def path(self) -> str:
        """``Component.Variable`` or ``Component.Variable[Instance]``."""
        suffix = f"[{self.instance}]" if self.instance else ""
        return f"{self.component.name}.{self.name}{suffix}"

    def attribute(self, kind: str) -> Attribute | None:
        """The attribute of that type, if it is supported."""
        return next((a for a in self.attributes if a.type == kind), None)

    def value(self, kind: str = "Actual") -> str:
        """Current value; empty where nothing was set (B06.FR.13)."""
        if kind == "Actual" and self.source is not None:
            return self.source()
        attribute = self.attribute(kind)
        return (attribute.value or "") if attribute else ""

    @property
    def settable(self) -> bool:
        """Whether any of its attributes can be written."""
        return any(a.mutability != "ReadOnly" for a in self.attributes)

    def as_report(self) -> Payload:
        """ReportDataType; the value of a WriteOnly attribute is left out (B07.FR.03)."""
        variable: Payload = {"name": self.name}
        if self.instance:
            variable["instance"] = self.instance
        return {
            "component": self.component.as_json(),
            "variable": variable,
            "variableAttribute": [self._attribute_json(a) for a in self.attributes],
            "variableCharacteristics": characteristics_json(self.characteristics),
        }

    def _attribute_json(self, attribute: Attribute) -> Payload:
        data: Payload = {"type": attribute.type, "mutability": attribute.mutability}
        if attribute.readable:
            data["value"] = self.value(attribute.type)
        data["persistent"] = attribute.persistent
        data["constant"] = attribute.constant
        return data


def characteristics_json(of: Characteristics) -> Payload:
    """VariableCharacteristicsType."""
    data: dict[str, Any] = {"dataType": of.data_type, "supportsMonitoring": False}
    if of.unit:
        data["unit"] = of.unit
    if of.min_limit is not None:
        data["minLimit"] = float(of.min_limit)
    if of.max_limit is not None:
        data["maxLimit"] = float(of.max_limit)
    if of.data_type in LISTS:
        data["valuesList"] = ",".join(of.values)
    return data


class DeviceModel:
    """All variables of a station."""

    def __init__(self, variables: list[Variable]) -> None:
        self.variables = variables

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def has_component(self, component: Component) -> bool:
        """Whether something is known about a component at that very address."""
        return any(v.component.is_at(component) for v in self.variables)

    def find(self, component: Component, name: str, instance: str = "") -> Variable | None:
        """The variable at that very address."""
        wanted = (name.lower(), instance.lower())
        return next(
            (
                v
                for v in self.variables
                if (v.name.lower(), v.instance.lower()) == wanted and v.component.is_at(component)
            ),
            None,
        )

    def named(self, path: str) -> Variable | None:
        """The variable of the whole station with that path, as ``TxCtrlr.TxStartPoint``."""
        return next((v for v in self.variables if v.path == path), None)

    def text(self, path: str, default: str = "") -> str:
        """Value of a variable, or ``default`` where it is not implemented."""
        variable = self.named(path)
        return default if variable is None else variable.value()

    def flag(self, path: str, default: bool = False) -> bool:
        """Value of a boolean variable."""
        return self.text(path, "true" if default else "false") == "true"

    def number(self, path: str, default: int = 0) -> int:
        """Value of an integer variable."""
        return int(self.text(path, str(default)) or default)

    def members(self, path: str, default: str = "") -> list[str]:
        """Members of a list variable."""
        return [m.strip() for m in self.text(path, default).split(",") if m.strip()]

    def write(self, path: str, value: str) -> None:
        """Store a value that the station decided on, where there is such a variable."""
        variable = self.named(path)
        attribute = variable.attribute("Actual") if variable else None
        if attribute is not None:
            attribute.value = value
