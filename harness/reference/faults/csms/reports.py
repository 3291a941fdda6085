"""What a CSMS does wrong with reports (B07, B08)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    MarkTriggered,
    drop,
    error,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import at, fault, never_sends, sync
from harness.reference.rpc import CALL, RESULT, Message, Payload

BASE = ("12", "13", "14")
OTHER_BASE = {
    "ConfigurationInventory": "FullInventory",
    "FullInventory": "SummaryInventory",
    "SummaryInventory": "ConfigurationInventory",
}


def _other_base(payload: Payload) -> None:
    payload["reportBase"] = OTHER_BASE[payload["reportBase"]]


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


def _answers_only_first(csms: Any, mark_triggered: MarkTriggered) -> None:
    answered = 0

    def look(message: Message) -> list[Message | str | bytes]:
        nonlocal answered
        if message.kind == CALL:
            answered = 0
        if message.kind != RESULT or message.action != "NotifyReport":
            return [message]
        answered += 1
        if answered == 1:
            return [message]
        mark_triggered()
        return []

    csms.filters.append(look)


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
    fault(
        "report-not-asked-for",
        "Does not ask for any report when told to.",
        never_sends("GetBaseReport", "GetReport"),
        at("1", *BASE, "18"),
    ),
    fault(
        "report-only-of-its-own-accord",
        "Asks for the inventory after each boot, and never when told to.",
        never_sends("GetBaseReport"),
        at("1", "13"),
        variant="inventory-after-boot",
    ),
    fault(
        "another-base-report",
        "Asks for another base report than its operator.",
        request("GetBaseReport", _other_base),
        at("1", *BASE),
    ),
    fault(
        "report-base-misspelt",
        "Writes the report base as one would say it.",
        request("GetBaseReport", lambda p: p.update(reportBase=p["reportBase"].lower())),
        at("1", *BASE),
    ),
    fault(
        "report-without-id",
        "Leaves the requestId out.",
        request("GetBaseReport", without("requestId")),
        at("1", *BASE),
    ),
    fault(
        "report-with-negative-id",
        "Counts its requestIds down from zero.",
        request("GetBaseReport", put(requestId=-1)),
        at("1", *BASE),
    ),
    fault(
        "report-with-id-as-text",
        "Writes the requestId as text.",
        request("GetBaseReport", put(requestId="71")),
        at("1", *BASE),
    ),
    fault(
        "report-parts-not-answered",
        "Never answers a NotifyReport.",
        drop("NotifyReport"),
        at("NotifyReport", *BASE, "18"),
    ),
    fault(
        "later-report-parts-not-answered",
        "Answers the first part of a report and none of the others.",
        _answers_only_first,
        at("NotifyReport", *BASE),
        leaves=("TC_B_18_CSMS",),
    ),
    fault(
        "report-parts-refused",
        "Answers every NotifyReport with NotSupported.",
        error("NotifyReport", "NotSupported"),
        at("NotifyReport", *BASE, "18"),
    ),
    fault(
        "report-part-lost",
        "Answers the second part of a report and throws it away.",
        sync("answers.notify_report", {}, when=lambda payload: payload["seqNo"] == 1),
        at("post", *BASE),
    ),
    fault(
        "report-parts-overwritten",
        "Keeps only the latest part of a report.",
        _keeps_last_part,
        at("post", *BASE),
    ),
    fault(
        "report-not-shown",
        "Takes a report and has nowhere to show it.",
        _shows_no_report,
        at("post", *BASE),
    ),
    fault(
        "report-shown-without-values",
        "Shows which variables were reported, but not their values.",
        _shows_no_values,
        at("post", *BASE),
    ),
    fault(
        "criteria-missing",
        "Asks for a custom report without the criteria.",
        request("GetReport", without("componentCriteria")),
        at("1", "18"),
    ),
    fault(
        "criteria-other",
        "Asks for other criteria than its operator.",
        request("GetReport", put(componentCriteria=["Enabled"])),
        at("1", "18"),
    ),
    fault(
        "criteria-all",
        "Adds a criterion that nobody wanted.",
        request("GetReport", put(componentCriteria=["Problem", "Available"])),
        at("1", "18"),
    ),
    fault(
        "criteria-kept",
        "Asks for the criterion of the first custom report in the second, too.",
        request("GetReport", put(componentCriteria=["Problem"])),
        at("3", "18"),
    ),
    fault(
        "report-on-everything",
        "Leaves the component and variable out of a custom report.",
        request("GetReport", without("componentVariable")),
        at("1", "18"),
    ),
    fault(
        "report-on-every-evse",
        "Leaves the EVSE out of a custom report.",
        _in_component(without("evse")),
        at("1", "18"),
    ),
    fault(
        "report-on-another-evse",
        "Asks for a custom report on another EVSE.",
        _in_component(put(evse={"id": 2})),
        at("1", "18"),
    ),
    fault(
        "report-on-a-connector",
        "Asks for a custom report on a connector where an EVSE was meant.",
        _in_component(put(evse={"id": 1, "connectorId": 1})),
        at("1", "18"),
    ),
    fault(
        "report-on-another-component",
        "Asks for a custom report on the connector's component.",
        _in_component(put(name="Connector")),
        at("1", "18"),
    ),
    fault(
        "report-on-every-variable",
        "Leaves the variable out of a custom report.",
        request("GetReport", inside("componentVariable", without("variable"))),
        at("1", "18"),
    ),
    fault(
        "gives-up-when-empty",
        "Asks for no further custom report once one was empty.",
        _gives_up_when_empty,
        at("3", "18"),
    ),
)
