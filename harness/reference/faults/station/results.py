"""What faults change in the results of GetVariables and SetVariables."""

from __future__ import annotations

from harness.reference.faults.base import (
    Alter,
    Change,
    When,
    inside,
    response,
)
from harness.reference.rpc import Payload

THRESHOLD = "OfflineThreshold"
GET, SET = "getVariableResult", "setVariableResult"


def only(name: str, change: Change) -> Change:
    """The change is made where the variable has that name."""

    def each(result: Payload) -> None:
        if result["variable"]["name"] == name:
            change(result)

    return each


def in_get(change: Change) -> Alter:
    """The change is made in every result of GetVariables."""
    return response("GetVariables", inside(GET, change))


def in_set(change: Change) -> Alter:
    """The change is made in every result of SetVariables."""
    return response("SetVariables", inside(SET, change))


def named(field: str, name: str) -> Change:
    """The component or the variable ("field") has this name."""
    return lambda result: result[field].update(name=name)


def has(status: str) -> When:
    """Whether any result says so."""

    def when(payload: Payload) -> bool:
        results: list[Payload] = payload.get(GET) or payload.get(SET) or []
        return any(result["attributeStatus"] == status for result in results)

    return when
