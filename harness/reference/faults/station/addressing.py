"""Faults of addressing what is not there: TC_B_32 to 37."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    MarkTriggered,
    error,
    put,
    replaces,
)
from harness.reference.faults.station.results import has, in_both, in_get, named
from harness.reference.faults.station.words import at, fault
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


def _unknown(change: Change) -> Change:
    """The change is made in the results of what the station does not know."""

    def each(result: Payload) -> None:
        if result["attributeStatus"] not in ("Accepted", "Rejected", "RebootRequired"):
            change(result)

    return each


_UNKNOWN = at("2", "32", "33", "34", "35", "36", "37")


_OTHER = ("TC_B_39_CS",)


_ADDRESSING = (
    fault(
        "unknown-component-is-unknown-variable",
        "Says UnknownVariable of an unknown component.",
        _address(UnknownComponent="UnknownVariable"),
        at("2", "32", "35"),
        leaves=("TC_B_33_CS", "TC_B_36_CS"),
    ),
    fault(
        "unknown-variable-is-unknown-component",
        "Says UnknownComponent of an unknown variable.",
        _address(UnknownVariable="UnknownComponent"),
        at("2", "33", "36"),
        leaves=("TC_B_32_CS", "TC_B_35_CS"),
    ),
    fault(
        "unsupported-attribute-is-unknown-variable",
        "Says UnknownVariable of an attribute type that the variable does not have.",
        _address(NotSupportedAttributeType="UnknownVariable"),
        at("2", "34", "37"),
        leaves=("TC_B_33_CS", "TC_B_36_CS"),
    ),
    fault(
        "unknown-is-rejected",
        "Says Rejected of whatever it does not know.",
        _address(
            UnknownComponent="Rejected",
            UnknownVariable="Rejected",
            NotSupportedAttributeType="Rejected",
        ),
        _UNKNOWN,
        leaves=_OTHER,
    ),
    fault(
        "unknown-is-accepted",
        "Says Accepted of whatever it does not know.",
        in_both(_unknown(put(attributeStatus="Accepted"))),
        _UNKNOWN,
        leaves=_OTHER,
    ),
    fault(
        "unknown-has-a-value",
        "Tells a value of what it does not know.",
        in_get(_unknown(put(attributeValue="0"))),
        at("2", "32", "33", "34"),
        leaves=_OTHER,
    ),
    fault(
        "unknown-is-renamed",
        "Results of what it does not know are about another variable.",
        in_both(_unknown(named("variable", "Unknown"))),
        _UNKNOWN,
        leaves=_OTHER,
    ),
    fault(
        "unknown-is-moved",
        "Results of what it does not know are about another component.",
        in_both(_unknown(named("component", "Unknown"))),
        _UNKNOWN,
        leaves=_OTHER,
    ),
    fault(
        "unknown-is-an-error",
        "Answers a request for an unknown component with a CALLERROR.",
        error("GetVariables", "InternalError", when=has("UnknownComponent")),
        at("2", "32"),
        leaves=("TC_B_33_CS", "TC_B_35_CS"),
    ),
    fault(
        "unsupported-attribute-is-actual",
        "Results for an attribute type that it does not have call themselves Actual.",
        in_both(_unknown(put(attributeType="Actual"))),
        at("2", "34", "37"),
        leaves=("TC_B_32_CS", "TC_B_33_CS"),
    ),
)

FAULTS = _ADDRESSING
