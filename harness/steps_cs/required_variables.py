"""Which variables a station must have, by the profiles that it claims and its EVSEs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import yaml

from harness.ocppj.variables import Variable
from harness.sut.model import Sut


@dataclass(frozen=True)
class Required:
    """A required variable; ``writable`` where the specification fixes its mutability."""

    variable: Variable
    writable: bool


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    text = resources.files("harness.spec").joinpath("required_variables.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def required(sut: Sut) -> list[Required]:
    """Every variable that ``sut`` must have, one for each EVSE and connector where it has such."""
    found: list[Required] = []
    for profile, components in _table().items():
        if profile in sut.profiles or profile == "Core":
            for component, names in components.items():
                for name in names:
                    found += _for_each_place(sut, f"{component}.{name}")
    return found


def _for_each_place(sut: Sut, text: str) -> list[Required]:
    variable = Variable.parse(text.rstrip("*"))
    writable = text.endswith("*")
    match variable.component:
        case "EVSE":
            places = [replace(variable, evse=evse) for evse in sut.evses]
        case "Connector":
            places = [replace(variable, evse=e, connector=c) for e, c in sut.connectors]
        case _:
            places = [variable]
    return [Required(place, writable) for place in places]


def availability(sut: Sut) -> list[Required]:
    """What a SummaryInventory must hold: the state of the station and of every EVSE (B07.FR.09)."""
    return [
        each
        for each in required(sut)
        if each.variable.name == "AvailabilityState" and each.variable.component != "Connector"
    ]


@cache
def _standard() -> dict[str, frozenset[str]]:
    text = resources.files("harness.spec").joinpath("standard_variables.yaml").read_text("utf-8")
    table: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {c.lower(): frozenset(n.lower() for n in names) for c, names in table.items()}


def is_standardized(variable: Variable) -> bool:
    """Whether Part 2 defines this component variable; vendors may add others."""
    table = _standard()
    name, component = variable.name.lower(), variable.component.lower()
    if component not in table:
        return False
    return name in table[component] or name in table["generic"]
