"""What a CSMS knows of the variables of a station."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.reference.rpc import Payload


@dataclass(frozen=True)
class VariableKey:
    """Address of a variable; names are case-insensitive (Part 2, ComponentType, VariableType)."""

    component: str
    variable: str
    component_instance: str = ""
    evse: int | None = None
    connector: int | None = None
    instance: str = ""


def key_of(component: Payload, variable: Payload) -> VariableKey:
    """The key of a ComponentType and VariableType pair."""
    evse: Payload = component.get("evse", {})
    return VariableKey(
        component["name"].lower(),
        variable["name"].lower(),
        component.get("instance", "").lower(),
        evse.get("id"),
        evse.get("connectorId"),
        variable.get("instance", "").lower(),
    )


@dataclass
class Variables:
    """Attribute values by variable and AttributeEnumType."""

    _values: dict[VariableKey, dict[str, str]] = field(
        default_factory=dict[VariableKey, dict[str, str]]
    )

    def store(self, key: VariableKey, attribute: str, value: str) -> None:
        """Remember a value that was read, reported or set."""
        self._values.setdefault(key, {})[attribute] = value

    def value(self, key: VariableKey, attribute: str = "Actual") -> str | None:
        """The value last heard of, None if none."""
        return self._values.get(key, {}).get(attribute)

    def number(self, component: str, variable: str, instance: str) -> int | None:
        """A limit as an integer, None where the station has not told any."""
        text = self.value(
            VariableKey(component.lower(), variable.lower(), instance=instance.lower())
        )
        return int(text) if text is not None and text.strip().isdecimal() else None
