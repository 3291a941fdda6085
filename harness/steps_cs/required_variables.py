"""Which variables a station must have, by the profiles that it claims and its EVSEs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from harness.ocppj.variables import Variable
from harness.spec.edition import Edition
from harness.sut.model import Sut


@dataclass(frozen=True)
class Required:
    """A required variable; ``writable`` where the specification fixes its mutability."""

    variable: Variable
    writable: bool


@cache
def _table(edition: Edition) -> dict[str, dict[str, list[str]]]:
    return edition.table("required_variables")


def required(sut: Sut) -> list[Required]:
    """Every variable that ``sut`` must have, one for each EVSE and connector where it has such."""
    found: list[Required] = []
    for profile, components in _table(sut.edition).items():
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
