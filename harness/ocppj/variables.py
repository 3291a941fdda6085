"""Component variables in messages: one way to name them, and the objects that OCPP wants."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from harness.evidence.matchers import InAnyOrder, same_text
from harness.ocppj.payloads import inner

_NAME = re.compile(
    r"(?P<component>\w+)(?:\((?P<evse>\d+)(?:,(?P<connector>\d+))?\))?"
    r"\.(?P<variable>\w+)(?:\[(?P<instance>[^\]]+)\])?"
)


#: Values of dataType that mean a list, with a valuesList (DataEnumType).
LIST_TYPES = ("OptionList", "SequenceList", "MemberList")


@dataclass(frozen=True, eq=False)
class Variable:
    """A component variable; as text ``Component(evse,connector).Variable[instance]``.

    Names are compared without regard to case (Part 2, identifierString and 1.2.8).
    """

    component: str
    name: str
    instance: str | None = None
    evse: int | None = None
    connector: int | None = None
    component_instance: str | None = None

    @staticmethod
    def parse(text: str) -> Variable:
        """Read the text form.

        Raises:
            ValueError: it is no such text.
        """
        found = _NAME.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not Component(evse,connector).Variable[instance]")
        evse, connector = found["evse"], found["connector"]
        return Variable(
            found["component"],
            found["variable"],
            found["instance"],
            int(evse) if evse else None,
            int(connector) if connector else None,
        )

    def __str__(self) -> str:
        place = ",".join(str(p) for p in (self.evse, self.connector) if p is not None)
        where = f"({place})" if place else ""
        instance = f"[{self.instance}]" if self.instance else ""
        return f"{self.component}{where}.{self.name}{instance}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variable) and self._compared == other._compared

    def __hash__(self) -> int:
        return hash(self._compared)

    @property
    def names(self) -> tuple[str, str]:
        """Component and variable in lower case."""
        return self.component.lower(), self.name.lower()

    @cached_property
    def _compared(self) -> tuple[object, ...]:
        instances = [each and each.lower() for each in (self.instance, self.component_instance)]
        return (*self.names, *instances, self.evse, self.connector)

    def as_json(self) -> dict[str, Any]:
        """The ``component`` and ``variable`` objects of Part 2."""
        component: dict[str, Any] = {"name": self.component}
        if self.component_instance is not None:
            component["instance"] = self.component_instance
        if self.evse is not None:
            component["evse"] = {"id": self.evse}
            if self.connector is not None:
                component["evse"]["connectorId"] = self.connector
        variable = {"name": self.name}
        if self.instance is not None:
            variable["instance"] = self.instance
        return {"component": component, "variable": variable}


def get_item(variable: Variable, attribute: str | None = None) -> dict[str, Any]:
    """One element of getVariableData."""
    item = variable.as_json()
    return item if attribute is None else item | {"attributeType": attribute}


def set_item(variable: Variable, value: str, attribute: str | None = None) -> dict[str, Any]:
    """One element of setVariableData."""
    item = variable.as_json() | {"attributeValue": value}
    return item if attribute is None else item | {"attributeType": attribute}


def key_of(item: Mapping[str, Any]) -> Variable:
    """Which variable an element of a request, result or report is about.

    An empty instance is none (B06.FR.15).

    Raises:
        KeyError, TypeError: the element has no component or variable.
    """
    component, variable = item["component"], item["variable"]
    evse = inner(component, "evse")
    return Variable(
        component["name"],
        variable["name"],
        variable.get("instance") or None,
        evse.get("id"),
        evse.get("connectorId"),
        component.get("instance") or None,
    )


def asked(variable: str, attribute: str | None = None) -> dict[str, Any]:
    """An element of getVariableData for "Component.Variable[instance]"."""
    return get_item(Variable.parse(variable), attribute)


def setting(variable: str, value: str, attribute: str | None = None) -> dict[str, Any]:
    """An element of setVariableData."""
    return set_item(Variable.parse(variable), value, attribute)


def result(variable: str, status: Any, /, **fields: Any) -> dict[str, Any]:
    """What an element of getVariableResult or setVariableResult must hold."""
    wanted = Variable.parse(variable)
    named: dict[str, Any] = {"name": same_text(wanted.name)}
    if wanted.instance is not None:
        named["instance"] = same_text(wanted.instance)
    return {
        "component": {"name": same_text(wanted.component)},
        "variable": named,
        "attributeStatus": status,
        **fields,
    }


def results(*wanted: Mapping[str, Any]) -> InAnyOrder:
    """Exactly these results, in any order, paired by component and variable."""
    return InAnyOrder(wanted, _pair)


def _pair(item: Mapping[str, Any]) -> Variable:
    component, named = str(item["component"]["name"]), item["variable"]
    return Variable(component, str(named["name"]), str(named.get("instance", "")) or None)


def members(text: str) -> list[str]:
    """The members of a list in a text (SequenceList, MemberList, valuesList)."""
    return [part.strip() for part in text.split(",") if part.strip()]


def same_value(one: str, other: str) -> bool:
    """Whether two values differ at most in how a boolean, a number or a list is written."""
    return one == other or _plain(one) == _plain(other)


def _plain(value: str) -> object:
    try:
        return Decimal(value)
    except InvalidOperation:
        return sorted(member.strip().lower() for member in value.split(","))


def json_size(value: Any) -> int:
    """Bytes of plain JSON data on the wire, without the rest of its message."""
    return len(json.dumps(value, separators=(",", ":")).encode())
