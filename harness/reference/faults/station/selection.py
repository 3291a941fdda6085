"""Faults of reports that are limited to something: TC_B_15 to 18 and 54 to 56."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    inside,
    put,
    replaces,
    response,
    without,
)
from harness.reference.faults.station.items import (
    attributes,
    characteristics,
    items,
    of,
    without_item,
)
from harness.reference.faults.station.words import handles, only_answers
from harness.reference.rpc import Answer, Payload
from harness.reference.station.device_model import Attribute, Component, Variable
from harness.reference.station.reports import Reports

Selection = list[Variable]


def _selects(change: Callable[[Any, list[str], list[Payload], Selection], Selection]) -> Alter:
    """A custom report has other variables."""

    def select(
        station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        criteria: list[str],
        wanted: list[Payload],
    ) -> Selection:
        found: Selection = original(criteria, wanted)
        changed = change(station, criteria, wanted, found)
        if len(changed) != len(found):
            mark_triggered()
        return changed

    return replaces("reports.select")(select)


def _all_of_component(
    station: Any, _criteria: list[str], wanted: list[Payload], found: Selection
) -> Selection:
    places = [v.component for v in found] if wanted else []
    return [v for v in station.model if v.component in places] if wanted else found


def _all_instances(
    station: Any, _criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    names = {(v.component.name, v.name) for v in found if v.instance}
    return [v for v in station.model if (v.component.name, v.name) in names] or found


def _all_evses(
    station: Any, _criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    names = {(v.component.name, v.name) for v in found if v.component.evse}
    return [v for v in station.model if (v.component.name, v.name) in names] or found


def _first(
    _station: Any, _criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    return found[:1]


def _all_but_last(
    _station: Any, _criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    return found[:-1]


def _whatever_the_criteria(
    station: Any, criteria: list[str], wanted: list[Payload], found: Selection
) -> Selection:
    selected: Any = Reports.select(station.reports, [], wanted) if criteria and wanted else found
    return selected


def _disables_one(station: Any, _triggered: MarkTriggered) -> None:
    station.model.write("AlignedDataCtrlr.Enabled", "false")


def _disabled_too(
    station: Any, criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    return [v for v in station.model if v.name in criteria] or found


@handles("GetReport")
async def _reports_empty_set(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] != "EmptyResultSet":
        return answer
    mark_triggered()
    part = {"requestId": asked["requestId"], "generatedAt": station.now(), "seqNo": 0}

    async def send() -> None:
        station.instructed("NotifyReport", part)

    return Answer(answer.payload, send)


def _is_empty(payload: Payload) -> bool:
    return payload["status"] == "EmptyResultSet"


def _summary(asked: Payload) -> bool:
    return asked["reportBase"] == "SummaryInventory"


@handles("GetBaseReport")
async def _reports_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if not _summary(asked):
        return await original(asked)
    mark_triggered()
    parts = station.reports.parts(asked["requestId"], list(station.model)[:1])

    async def send() -> None:
        station.spawn(station.reports.send(parts))

    return Answer({"status": "NotSupported"}, send)


def _with_target(station: Any, mark_triggered: MarkTriggered) -> None:
    variable = station.model.find(Component("EVSE", evse=1), "AvailabilityState")
    variable.attributes.append(Attribute("Target", "Available", "ReadWrite"))
    mark_triggered()


_STATE = "EVSE.AvailabilityState"


_UNSUPPORTED = (
    Fault(
        "unsupported-report-accepted",
        "Accepts a base report that it does not support.",
        only_answers("GetBaseReport", {"status": "Accepted"}, when=_summary),
        requirement="B07.FR.02",
        shows=("TC_B_15_CS", "2"),
        variant="no-summary",
    ),
    Fault(
        "unsupported-report-rejected",
        "Rejects a base report that it does not support.",
        only_answers("GetBaseReport", {"status": "Rejected"}, when=_summary),
        requirement="B07.FR.02",
        shows=("TC_B_15_CS", "2"),
        variant="no-summary",
    ),
    Fault(
        "unsupported-report-another-reason",
        "Gives InternalError as the reason for a base report that it does not support.",
        only_answers(
            "GetBaseReport",
            {"status": "NotSupported", "statusInfo": {"reasonCode": "InternalError"}},
            when=_summary,
        ),
        requirement="B07.FR.02",
        shows=("TC_B_15_CS", "2"),
        variant="no-summary",
    ),
    Fault(
        "unsupported-report-sent",
        "Sends a report after saying that it does not support it.",
        _reports_all_the_same,
        requirement="B07.FR.05",
        shows=("TC_B_15_CS", "2"),
        variant="no-summary",
    ),
)


_SELECTION = (
    Fault(
        "criteria-match-disabled",
        "A report of what is enabled also tells of what is not.",
        all_of(_disables_one, _selects(_disabled_too)),
        requirement="B08.FR.09",
        shows=("TC_B_16_CS", "3"),
    ),
    Fault(
        "criteria-miss-one",
        "A report of what is enabled leaves one component out.",
        _selects(_all_but_last),
        requirement="B08.FR.09",
        shows=("TC_B_16_CS", "3"),
    ),
    Fault(
        "criteria-ignored",
        "A report of variables does not respect the criteria given with them.",
        _selects(_whatever_the_criteria),
        requirement="B08.FR.15",
        shows=("TC_B_18_CS", "6"),
    ),
    Fault(
        "empty-report-another-reason",
        "Gives InternalError as the reason for an empty report.",
        response("GetReport", put(statusInfo={"reasonCode": "InternalError"}), when=_is_empty),
        requirement="B08.FR.15",
        shows=("TC_B_18_CS", "6"),
    ),
    Fault(
        "empty-report-sent",
        "Sends a report after saying that it is empty.",
        _reports_empty_set,
        requirement="B08.FR.15",
        shows=("TC_B_18_CS", "6"),
    ),
    Fault(
        "custom-report-of-all-evses",
        "A report of one EVSE tells of all.",
        _selects(_all_evses),
        requirement="B08.FR.11",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "custom-report-of-component",
        "A report of one variable tells of the whole component.",
        _selects(_all_of_component),
        requirement="B08.FR.11",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "custom-report-of-all-instances",
        "A report of one instance tells of all.",
        _selects(_all_instances),
        requirement="B08.FR.11",
        shows=("TC_B_55_CS", "3"),
    ),
    Fault(
        "custom-report-of-first",
        "A report of several variables tells of the first alone.",
        _selects(_first),
        requirement="B08.FR.09",
        shows=("TC_B_16_CS", "3"),
    ),
    Fault(
        "custom-report-of-last-instance-missing",
        "A report of all instances leaves one out.",
        without_item("DeviceDataCtrlr.ItemsPerMessage"),
        requirement="B08.FR.21",
        shows=("TC_B_54_CS", "3"),
    ),
    Fault(
        "custom-report-names-another",
        "A report is about another component than asked for.",
        items(inside("component", lambda c: c.update(name="Connector"))),
        requirement="B08.FR.11",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-of-another-type",
        "Reports AvailabilityState as text.",
        items(of(_STATE, characteristics(put(dataType="string")))),
        requirement="B08.FR.11, B08.FR.12",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-with-unknown-values",
        "Reports states that AvailabilityState cannot have.",
        items(of(_STATE, characteristics(put(valuesList="Available,Preparing,Faulted")))),
        requirement="B08.FR.11, B08.FR.12",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-can-be-written",
        "Reports AvailabilityState as writable.",
        items(of(_STATE, attributes(put(mutability="ReadWrite")))),
        requirement="B08.FR.11, B08.FR.12",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-with-target",
        "AvailabilityState has a target.",
        _with_target,
        requirement="B08.FR.11, B08.FR.12",
        shows=("TC_B_17_CS", "3"),
    ),
)


def _named_otherwise(item: Payload) -> None:
    item["variable"]["instance"] = "Main"


def _of_a_connector(item: Payload) -> None:
    item["component"]["evse"]["connectorId"] = 1


_CONTENT = (
    Fault(
        "state-reported-without-value",
        "Reports the state of an EVSE without telling it.",
        items(of(_STATE, attributes(without("value")))),
        requirement="B08.FR.03",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-reported-with-half-its-list",
        "Reports that an EVSE can only be available or occupied.",
        items(of(_STATE, characteristics(put(valuesList="Available,Occupied")))),
        requirement="B08.FR.11, B08.FR.12",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-reported-of-connector",
        "Reports the state of a connector where that of its EVSE was asked for.",
        items(of(_STATE, _of_a_connector)),
        requirement="B08.FR.11",
        shows=("TC_B_17_CS", "3"),
    ),
    Fault(
        "state-reported-of-instance",
        "Reports the state of an instance that nobody asked for.",
        items(of(_STATE, _named_otherwise)),
        requirement="B08.FR.11",
        shows=("TC_B_18_CS", "3"),
    ),
)

FAULTS = (*_UNSUPPORTED, *_SELECTION, *_CONTENT)
