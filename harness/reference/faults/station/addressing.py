"""Faults of addressing what is not there: TC_B_32 to 37."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    replaces,
)
from harness.reference.rpc import Payload


def _address(**instead: str) -> Alter:
    """Says another status of what it does not know."""

    def status(_station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload) -> str:
        found = original(item)
        if found in instead:
            mark_triggered()
            return instead[found]
        return found

    return replaces("variables.address_status")(status)


_ADDRESSING = (
    Fault(
        "unknown-component-is-unknown-variable",
        "Says UnknownVariable of an unknown component.",
        _address(UnknownComponent="UnknownVariable"),
        requirement="B06.FR.06",
        shows=("TC_B_32_CS", "2"),
    ),
    Fault(
        "unknown-variable-is-unknown-component",
        "Says UnknownComponent of an unknown variable.",
        _address(UnknownVariable="UnknownComponent"),
        requirement="B06.FR.07",
        shows=("TC_B_33_CS", "2"),
    ),
    Fault(
        "unsupported-attribute-is-unknown-variable",
        "Says UnknownVariable of an attribute type that the variable does not have.",
        _address(NotSupportedAttributeType="UnknownVariable"),
        requirement="B06.FR.08",
        shows=("TC_B_34_CS", "2"),
    ),
    Fault(
        "unknown-is-rejected",
        "Says Rejected of whatever it does not know.",
        _address(
            UnknownComponent="Rejected",
            UnknownVariable="Rejected",
            NotSupportedAttributeType="Rejected",
        ),
        requirement="B06.FR.06",
        shows=("TC_B_32_CS", "2"),
    ),
)

FAULTS = _ADDRESSING
