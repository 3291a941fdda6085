"""What a CSMS does wrong with reports (B07, B08)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import never_sends, sync
from harness.reference.rpc import Payload


def _in_component(change: Change) -> Alter:
    return request("GetReport", inside("componentVariable", inside("component", change)))


@replaces("answers.notify_report")
def _keeps_last_part(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, payload: Payload
) -> Payload:
    answer: Payload = original(station, payload)
    report = station.reports[payload["requestId"]]
    if len(report.parts) > 1:
        mark_triggered()
        report.parts = {payload["seqNo"]: report.parts[payload["seqNo"]]}
    return answer


@replaces("holdings.report")
def _shows_no_report(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any, **__: Any
) -> None:
    mark_triggered()


@replaces("holdings.report")
def _shows_no_values(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, *arguments: Any, **facts: Any
) -> Any:
    shown: Payload = deepcopy(original(*arguments, **facts) or {})
    mark_triggered()
    inside("data", inside("variableAttribute", without("value")))(shown)
    return shown


@replaces("holdings.report")
def _shows_first_report(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    request_id: int | None = None,
) -> Any:
    shown = original(station, request_id)
    complete = [report for report in station.reports.values() if report.complete]
    if shown is None or not complete:
        return shown
    mark_triggered()
    return {**shown, "data": complete[0].data}


@replaces("holdings.report")
def _shows_states_that_it_knows(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, **facts: Any
) -> Any:
    shown: Payload = deepcopy(original(station, **facts) or {})
    for item in shown.get("data", []):
        for attribute in item["variableAttribute"]:
            if item["variable"]["name"] != "AvailabilityState":
                mark_triggered()
                attribute.pop("value", None)
    return shown


def _gives_up_when_empty(csms: Any, mark_triggered: MarkTriggered) -> None:
    original, empty = csms.requests.ask, False

    async def ask(station: Any, action: str, payload: Payload) -> Payload:
        nonlocal empty
        if action == "GetReport" and empty:
            mark_triggered()
            return {}
        answer: Payload = await original(station, action, payload)
        empty = empty or answer.get("status") == "EmptyResultSet"
        return answer

    csms.requests.ask = ask


FAULTS = (
    Fault(
        "report-not-asked-for",
        "Does not ask for any report when told to.",
        never_sends("GetBaseReport", "GetReport"),
        requirement="B07.FR.07",
        shows=("TC_B_12_CSMS", "1"),
    ),
    Fault(
        "report-only-of-its-own-accord",
        "Asks for the inventory after each boot, and never when told to.",
        never_sends("GetBaseReport"),
        requirement="B07.FR.08",
        shows=("TC_B_13_CSMS", "1"),
        variant="inventory-after-boot",
    ),
    Fault(
        "report-base-misspelt",
        "Writes the report base as one would say it.",
        request("GetBaseReport", lambda p: p.update(reportBase=p["reportBase"].lower())),
        requirement="B07.FR.07",
        shows=("TC_B_12_CSMS", "1"),
    ),
    Fault(
        "report-with-negative-id",
        "Counts its requestIds down from zero.",
        request("GetBaseReport", put(requestId=-1)),
        requirement="B07.FR.07",
        shows=("TC_B_12_CSMS", "1"),
    ),
    Fault(
        "report-with-id-as-text",
        "Writes the requestId as text.",
        request("GetBaseReport", put(requestId="71")),
        requirement="B07.FR.07",
        shows=("TC_B_12_CSMS", "1"),
    ),
    Fault(
        "report-part-lost",
        "Answers the second part of a report and throws it away.",
        sync("answers.notify_report", {}, when=lambda payload: payload["seqNo"] == 1),
        requirement="B07.FR.03",
        shows=("TC_B_12_CSMS", "post"),
    ),
    Fault(
        "report-parts-overwritten",
        "Keeps only the latest part of a report.",
        _keeps_last_part,
        requirement="B07.FR.03",
        shows=("TC_B_12_CSMS", "post"),
    ),
    Fault(
        "report-not-shown",
        "Takes a report and has nowhere to show it.",
        _shows_no_report,
        requirement="B07.FR.03",
        shows=("TC_B_12_CSMS", "post"),
    ),
    Fault(
        "report-shown-without-values",
        "Shows which variables were reported, but not their values.",
        _shows_no_values,
        requirement="B07.FR.03",
        shows=("TC_B_12_CSMS", "post"),
    ),
    Fault(
        "first-report-shown",
        "Shows the first report of a station, whatever came later.",
        _shows_first_report,
        requirement="B07.FR.03",
        shows=("TC_B_14_CSMS", "post"),
        variant="inventory-after-boot",
    ),
    Fault(
        "states-shown-alone",
        "Shows of a report what StatusNotifications have said, too, and no more.",
        _shows_states_that_it_knows,
        requirement="B07.FR.03",
        shows=("TC_B_14_CSMS", "post"),
    ),
    Fault(
        "criteria-missing",
        "Asks for a custom report without the criteria.",
        request("GetReport", without("componentCriteria")),
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "1"),
    ),
    Fault(
        "criteria-all",
        "Adds a criterion that nobody wanted.",
        request("GetReport", put(componentCriteria=["Problem", "Available"])),
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "1"),
    ),
    Fault(
        "report-on-everything",
        "Leaves the component and variable out of a custom report.",
        request("GetReport", without("componentVariable")),
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "1"),
    ),
    Fault(
        "report-on-every-evse",
        "Leaves the EVSE out of a custom report.",
        _in_component(without("evse")),
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "1"),
    ),
    Fault(
        "report-on-every-variable",
        "Leaves the variable out of a custom report.",
        request("GetReport", inside("componentVariable", without("variable"))),
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "1"),
    ),
    Fault(
        "gives-up-when-empty",
        "Asks for no further custom report once one was empty.",
        _gives_up_when_empty,
        requirement="B08.FR.01, B08.FR.03",
        shows=("TC_B_18_CSMS", "3"),
    ),
)
