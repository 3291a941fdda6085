"""Faults of reading and setting single variables: TC_B_06 to 11 and 39."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    put,
    replaces,
    response,
    without,
)
from harness.reference.faults.station.results import (
    GET,
    SET,
    THRESHOLD,
    in_get,
    in_set,
    named,
    only,
)
from harness.reference.rpc import Payload
from harness.reference.station.device_model import Component


def _more(result: Payload) -> None:
    result["attributeValue"] = f"{result.get('attributeValue', '')}0"


def _shorter(name: str) -> Change:
    """Only the first of several results."""

    def change(payload: Payload) -> None:
        del payload[name][1:]

    return change


def _first_twice(name: str) -> Change:
    """The first result stands in for the second one too."""

    def change(payload: Payload) -> None:
        if len(payload[name]) > 1:
            payload[name][1] = payload[name][0]

    return change


@replaces("variables.over_limit")
def _knows_no_limit(
    _station: Any, original: Any, mark_triggered: MarkTriggered, count: int, message: str
) -> set[int]:
    if original(count, message):
        mark_triggered()
    return set()


def _without_refused(payload: Payload) -> None:
    if len(payload[GET]) > 1:
        payload[GET] = [r for r in payload[GET] if r["attributeStatus"] != "Rejected"]


def _keeps_values(*, but_first: bool = False) -> Alter:
    """Says Accepted and does not store the value; ``but_first``: only that of the first one."""

    def set_one(
        station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
    ) -> Payload:
        variable = station.model.named(f"{item['component']['name']}.{item['variable']['name']}")
        attribute = variable.attribute("Actual") if variable else None
        if attribute is None or (but_first and item["variable"]["name"] == THRESHOLD):
            return original(item)
        before = attribute.value
        result: Payload = original(item)
        if attribute.value != before:
            mark_triggered()
        attribute.value = before
        return result

    return replaces("variables.set_one")(set_one)


def _accepts(data_type: str, *values: str) -> Alter:
    """Takes these values (all, if none is named) for variables of that type."""

    def wrong(
        _station: Any, original: Any, mark_triggered: MarkTriggered, variable: Any, value: str
    ) -> str:
        problem = original(variable, value)
        of_type = variable.characteristics.data_type == data_type
        if problem and of_type and (not values or value in values):
            mark_triggered()
            return ""
        return problem

    return replaces("variables.wrong")(wrong)


@replaces("variables.wrong")
def _accepts_decimals_as_integers(
    _station: Any, original: Any, mark_triggered: MarkTriggered, variable: Any, value: str
) -> str:
    problem = original(variable, value)
    whole, _, rest = value.partition(".")
    if problem and variable.characteristics.data_type == "integer" and (whole + rest).isdecimal():
        mark_triggered()
        return ""
    return problem


@replaces("variables.set_one")
def _writes_read_only(
    _station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
) -> Payload:
    result: Payload = original(item)
    if result.get("attributeStatusInfo") == {"reasonCode": "ReadOnly"}:
        mark_triggered()
        return {k: v for k, v in result.items() if k != "attributeStatusInfo"} | {
            "attributeStatus": "Accepted"
        }
    return result


def _keeps_what_it_refuses(status: str, name: str = "") -> Alter:
    """Stores what it answers with this status as the Actual value; ``name``: of that variable."""

    def set_one(
        station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
    ) -> Payload:
        result: Payload = original(item)
        asked = item["variable"]
        variable = station.model.find(
            Component.of(item["component"]), asked["name"], asked.get("instance", "")
        )
        attribute = variable.attribute("Actual") if variable else None
        meant = name in ("", asked["name"]) and result["attributeStatus"] == status
        if meant and attribute is not None:
            mark_triggered()
            attribute.value = item["attributeValue"]
        return result

    return replaces("variables.set_one")(set_one)


def _refused(change: Change) -> Change:
    """The change is made in results that say Rejected."""

    def each(result: Payload) -> None:
        if result["attributeStatus"] == "Rejected":
            change(result)

    return each


_WRONG_INFO = put(attributeStatusInfo={"reasonCode": "InternalError"})


_READING = (
    Fault(
        "get-wrong-value",
        "Reads OfflineThreshold ten times too high.",
        in_get(only(THRESHOLD, _more)),
        requirement="B06.FR.04",
        shows=("TC_B_06_CS", "Before"),
    ),
    Fault(
        "get-second-value-wrong",
        "Reads LocalAuthorizeOffline as false.",
        in_get(only("LocalAuthorizeOffline", put(attributeValue="false"))),
        requirement="B06.FR.04",
        shows=("TC_B_07_CS", "Before"),
    ),
    Fault(
        "get-without-value",
        "Says Accepted of OfflineThreshold and does not tell the value.",
        in_get(only(THRESHOLD, without("attributeValue"))),
        requirement="B06.FR.04",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-refused",
        "Does not let OfflineThreshold be read.",
        in_get(only(THRESHOLD, put(attributeStatus="Rejected"))),
        requirement="B06.FR.10",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-attribute-type-missing",
        "Results of GetVariables do not tell the attribute type.",
        in_get(without("attributeType")),
        requirement="B06.FR.11",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-attribute-type-wrong",
        "Results of GetVariables all call themselves MaxSet.",
        in_get(put(attributeType="MaxSet")),
        requirement="B06.FR.11",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-with-error-info",
        "Explains an accepted GetVariables with an error.",
        in_get(only(THRESHOLD, _WRONG_INFO)),
        requirement="B06.FR.10",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-first-alone",
        "Answers the first of several GetVariables items and forgets the others.",
        response("GetVariables", _shorter(GET)),
        requirement="B06.FR.01",
        shows=("TC_B_07_CS", "2"),
    ),
    Fault(
        "get-first-twice",
        "Answers the first of several GetVariables items in place of each.",
        response("GetVariables", _first_twice(GET)),
        requirement="B06.FR.02",
        shows=("TC_B_07_CS", "2"),
    ),
    Fault(
        "get-other-variable",
        "Results of GetVariables are about another variable.",
        in_get(only(THRESHOLD, named("variable", "HeartbeatInterval"))),
        requirement="B06.FR.02",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-other-component",
        "Results of GetVariables are about another component.",
        in_get(only(THRESHOLD, named("component", "TxCtrlr"))),
        requirement="B06.FR.02",
        shows=("TC_B_06_CS", "2"),
    ),
    Fault(
        "get-not-limited",
        "Answers more GetVariables items than its own limit.",
        _knows_no_limit,
        requirement="B06.FR.05",
        shows=("TC_B_08_CS", "6"),
    ),
    Fault(
        "get-refused-items-left-out",
        "Leaves the items over its limit out of the answer.",
        response("GetVariables", _without_refused),
        requirement="B06.FR.05",
        shows=("TC_B_08_CS", "6"),
    ),
)


_WRITING = (
    Fault(
        "set-without-effect",
        "Accepts a new value and keeps the old one.",
        _keeps_values(),
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-first-alone-has-effect",
        "Of two new values it keeps the first only.",
        _keeps_values(but_first=True),
        requirement="B05.FR.10",
        shows=("TC_B_10_CS", "2"),
    ),
    Fault(
        "set-refused",
        "Does not let OfflineThreshold be set.",
        in_set(only(THRESHOLD, put(attributeStatus="Rejected"))),
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-attribute-type-missing",
        "Results of SetVariables do not tell the attribute type.",
        in_set(without("attributeType")),
        requirement="B05.FR.12",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-attribute-type-wrong",
        "Results of SetVariables all call themselves MinSet.",
        in_set(put(attributeType="MinSet")),
        requirement="B05.FR.12",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-with-error-info",
        "Explains an accepted SetVariables with an error.",
        in_set(only(THRESHOLD, _WRONG_INFO)),
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-first-answered-alone",
        "Answers the first of several SetVariables items and forgets the others.",
        response("SetVariables", _shorter(SET)),
        requirement="B05.FR.01",
        shows=("TC_B_10_CS", "2"),
    ),
    Fault(
        "set-other-variable",
        "Results of SetVariables are about another variable.",
        in_set(only(THRESHOLD, named("variable", "HeartbeatInterval"))),
        requirement="B05.FR.02",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-other-component",
        "Results of SetVariables are about another component.",
        in_set(only(THRESHOLD, named("component", "TxCtrlr"))),
        requirement="B05.FR.02",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-accepts-text-as-integer",
        "Takes a word for an integer.",
        _accepts("integer", "abc"),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "2"),
    ),
    Fault(
        "set-accepts-boolean-as-integer",
        "Takes true for an integer.",
        _accepts("integer", "true"),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "2"),
    ),
    Fault(
        "set-accepts-decimal-as-integer",
        "Takes a decimal number for an integer.",
        _accepts_decimals_as_integers,
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "2"),
    ),
    Fault(
        "set-accepts-all-as-decimal",
        "Takes anything for a decimal number.",
        _accepts("decimal"),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "4"),
    ),
    Fault(
        "set-accepts-all-as-boolean",
        "Takes anything for a boolean.",
        _accepts("boolean"),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "6"),
    ),
    Fault(
        "set-accepts-all-as-date",
        "Takes anything for a dateTime.",
        _accepts("dateTime"),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "8"),
    ),
    Fault(
        "set-invalid-value-another-reason",
        "Gives ReadOnly as the reason for refusing a wrong value.",
        in_set(_refused(put(attributeStatusInfo={"reasonCode": "ReadOnly"}))),
        requirement="B05.FR.07, B05.FR.10",
        shows=("TC_B_11_CS", "6"),
    ),
    Fault(
        "set-read-only",
        "Accepts a new value for a read-only variable.",
        _writes_read_only,
        requirement="B05.FR.09",
        shows=("TC_B_39_CS", "2"),
    ),
    Fault(
        "set-refused-value-kept",
        "Refuses a value and keeps it all the same.",
        _keeps_what_it_refuses("Rejected"),
        requirement="B05.FR.07",
        shows=("TC_B_11_CS", "2"),
    ),
    Fault(
        "set-refused-boolean-kept",
        "Refuses a word for a boolean and keeps it all the same.",
        _keeps_what_it_refuses("Rejected", "AuthorizeRemoteStart"),
        requirement="B05.FR.07",
        shows=("TC_B_11_CS", "6"),
    ),
    Fault(
        "set-unsupported-attribute-kept",
        "Has no Target of OfflineThreshold and makes it the actual value.",
        _keeps_what_it_refuses("NotSupportedAttributeType"),
        requirement="B05.FR.06",
        shows=("TC_B_37_CS", "2"),
    ),
)

FAULTS = (*_READING, *_WRITING)
