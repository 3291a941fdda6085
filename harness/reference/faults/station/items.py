"""What faults change in the elements of a report."""

from __future__ import annotations

from harness.reference.faults.base import (
    Alter,
    Change,
    inside,
    request,
)
from harness.reference.rpc import Payload


def items(change: Change) -> Alter:
    """The change is made in every element of reportData."""
    return request("NotifyReport", inside("reportData", change))


def of(variable: str, change: Change) -> Change:
    """The change is made where the element is about ``Component.Variable``."""

    def each(item: Payload) -> None:
        if f"{item['component']['name']}.{item['variable']['name']}" == variable:
            change(item)

    return each


def characteristics(change: Change) -> Change:
    """The change is made in the variableCharacteristics of an element."""
    return inside("variableCharacteristics", change)


def attributes(change: Change) -> Change:
    """The change is made in each variableAttribute of an element."""
    return inside("variableAttribute", change)


def without_item(*variables: str) -> Alter:
    """Elements about these variables are left out."""

    def change(payload: Payload) -> None:
        payload["reportData"] = [
            item
            for item in payload["reportData"]
            if f"{item['component']['name']}.{item['variable']['name']}" not in variables
        ]

    return request("NotifyReport", change)
