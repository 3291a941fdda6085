"""Faults of what reports say of the device model: TC_B_12 to 14, 53."""

from __future__ import annotations

from copy import deepcopy

from harness.reference.faults.base import Alter, Fault, put, request
from harness.reference.faults.station.items import attributes, items, of
from harness.reference.rpc import Payload


def _value(name: str, value: str) -> Alter:
    return items(of(name, attributes(put(value=value))))


def _again(payload: Payload) -> None:
    payload["reportData"].append(deepcopy(payload["reportData"][0]))


def _two_actual(item: Payload) -> None:
    item["variableAttribute"].append({**item["variableAttribute"][0], "value": "1"})


def _ninth_evse(payload: Payload) -> None:
    for item in list(payload["reportData"]):
        if item["component"]["name"] == "Connector":
            item["component"]["evse"]["id"] = 9
            return


FAULTS = (
    Fault(
        "inventory-integer-that-is-none",
        "Reports a word as the value of an integer.",
        _value("OCPPCommCtrlr.ResetRetries", "some"),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "reported_values_fit_their_variables"),
    ),
    Fault(
        "inventory-boolean-that-is-none",
        "Reports yes as the value of a boolean.",
        _value("TxCtrlr.StopTxOnInvalidId", "yes"),
        requirement="B07.FR.08",
        shows=("TC_B_53_CS", "reported_values_fit_their_variables"),
    ),
    Fault(
        "inventory-above-its-limit",
        "Reports a value above the maxLimit that it reports with it.",
        _value("EVSE.Power", "1000000"),
        requirement="B07.FR.08",
        shows=("TC_B_53_CS", "reported_values_fit_their_variables"),
    ),
    Fault(
        "inventory-value-off-its-list",
        "Reports a value that is not in its valuesList.",
        _value("ClockCtrlr.TimeSource", "Sundial"),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "reported_values_fit_their_variables"),
    ),
    Fault(
        "inventory-variable-twice",
        "Reports a variable twice.",
        request("NotifyReport", _again),
        requirement="B07.FR.08",
        shows=("TC_B_12_CS", "attributes_are_reported_once"),
    ),
    Fault(
        "inventory-two-actual-values",
        "Reports two Actual attributes of one variable.",
        items(of("OCPPCommCtrlr.OfflineThreshold", _two_actual)),
        requirement="B07.FR.11",
        shows=("TC_B_12_CS", "attributes_are_reported_once"),
    ),
    Fault(
        "inventory-of-another-evse",
        "Reports a connector of an EVSE that it does not have.",
        request("NotifyReport", _ninth_evse, when=lambda p: len(p["reportData"]) > 90),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "3"),
    ),
    Fault(
        "inventory-clock-of-2020",
        "Reports a time of years ago as that of its clock.",
        _value("ClockCtrlr.DateTime", "2020-01-01T00:00:00Z"),
        requirement="B07.FR.08",
        shows=("TC_B_53_CS", "inventories_are_consistent"),
    ),
    Fault(
        "inventory-writable-clock",
        "Reports that its clock can be set, which is never so.",
        items(of("ClockCtrlr.DateTime", attributes(put(mutability="ReadWrite")))),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "fixed_mutabilities_are_reported"),
    ),
    Fault(
        "inventory-name-too-long",
        "Reports a text that is longer than the maxLimit that it reports with it.",
        _value("SecurityCtrlr.OrganizationName", "x" * 200),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "reported_values_fit_their_variables"),
    ),
)
