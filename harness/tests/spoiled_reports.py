"""Deviations in what reports tell of the device model."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from harness.ocppj.frames import Payload
from harness.tests.made_reports import item
from harness.tests.made_sessions import Session
from harness.tests.spoiling import Draw, calls, changed, pick, table

SPOILS, breaks_rule = table()
#: Variable and a value that it cannot have.
_VALUES = [
    ("HeartbeatInterval", "often"),
    ("HeartbeatInterval", "3601"),
    ("OrganizationName", "x" * 21),
    ("StopTxOnInvalidId", "yes"),
    ("DateTime", "noon"),
    ("AvailabilityState", "Preparing"),
]


def _report(draw: Draw, session: Session) -> int | None:
    """The place of the part of a report that holds something."""
    places = calls(session, "NotifyReport")
    return pick(draw, [p for p in places if "reportData" in session.lines[p].payload])


def _of(payload: Payload, variable: str) -> Payload:
    return next(i for i in payload["reportData"] if i["variable"]["name"] == variable)


@breaks_rule("reported_values_fit_their_variables")
def a_value_that_does_not_fit(draw: Draw, session: Session) -> Session | None:
    variable, value = draw(st.sampled_from(_VALUES))

    def act(payload: Payload) -> None:
        _of(payload, variable)["variableAttribute"][0]["value"] = value

    return changed(session, _report(draw, session), act)


@breaks_rule("reported_values_fit_their_variables")
def a_list_without_its_values(draw: Draw, session: Session) -> Session | None:
    def act(payload: Payload) -> None:
        del _of(payload, "AvailabilityState")["variableCharacteristics"]["valuesList"]

    return changed(session, _report(draw, session), act)


@breaks_rule("attributes_are_reported_once")
def an_attribute_twice(draw: Draw, session: Session) -> Session | None:
    whole = draw(st.booleans())

    def act(payload: Payload) -> None:
        items: list[Any] = payload["reportData"]
        again = copy.deepcopy(items[0])
        if whole:
            items.append(again)
        else:
            items[0]["variableAttribute"] += again["variableAttribute"]

    return changed(session, _report(draw, session), act)


@breaks_rule("values_are_reported")
def a_variable_without_its_value(draw: Draw, session: Session) -> Session | None:
    variable = draw(st.sampled_from(["AvailabilityState", "OrganizationName", "DateTime"]))

    def act(payload: Payload) -> None:
        del _of(payload, variable)["variableAttribute"][0]["value"]

    return changed(session, _report(draw, session), act)


@breaks_rule("fixed_mutabilities_are_reported")
def a_state_that_can_be_set(draw: Draw, session: Session) -> Session | None:
    def act(payload: Payload) -> None:
        attribute = _of(payload, "AvailabilityState")["variableAttribute"][0]
        attribute["mutability"] = "ReadWrite"

    return changed(session, _report(draw, session), act)


@breaks_rule("inventories_are_consistent")
def an_inventory_that_contradicts_itself(draw: Draw, session: Session) -> Session | None:
    wrong = draw(
        st.sampled_from(
            [
                item("Connector(9).Available", "true", "boolean"),
                item("LocalAuthListCtrlr.Available", "true", "boolean"),
            ]
        )
    )
    return changed(
        session, _report(draw, session), lambda payload: payload["reportData"].append(wrong)
    )


@breaks_rule("inventories_are_consistent")
def a_clock_of_another_year(draw: Draw, session: Session) -> Session | None:
    def act(payload: Payload) -> None:
        _of(payload, "DateTime")["variableAttribute"][0]["value"] = "2020-01-01T00:00:00Z"

    return changed(session, _report(draw, session), act)
