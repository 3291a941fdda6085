"""Faults of the reports of the device model: TC_B_12 to 18 and 53 to 56."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from harness.reference.faults.base import (
    Alter,
    Bite,
    Change,
    all_of,
    inside,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.faults.station.words import at, fault, handles, only_answers
from harness.reference.rpc import Answer, Payload
from harness.reference.station.device_model import Attribute, Component, Variable
from harness.reference.station.reports import Reports

_LISTS = ("OptionList", "SequenceList", "MemberList")
_BASE = ("12", "13", "14", "53")
_CUSTOM = ("16", "17", "18", "54", "55", "56")
_ALL = at("3", "08", *_BASE, *_CUSTOM)
_MANY = "many-report-parts"


def _items(change: Change) -> Alter:
    """The change is made in every element of reportData."""
    return request("NotifyReport", inside("reportData", change))


def _of(variable: str, change: Change) -> Change:
    """The change is made where the element is about ``Component.Variable``."""

    def each(item: Payload) -> None:
        if f"{item['component']['name']}.{item['variable']['name']}" == variable:
            change(item)

    return each


def _characteristics(change: Change) -> Change:
    return inside("variableCharacteristics", change)


def _of_lists(change: Change) -> Change:
    def each(data: Payload) -> None:
        if data["dataType"] in _LISTS:
            change(data)

    return _characteristics(each)


def _attribute(change: Change) -> Change:
    return inside("variableAttribute", change)


def _without_item(*variables: str) -> Alter:
    """Elements about these variables are left out."""

    def change(payload: Payload) -> None:
        payload["reportData"] = [
            item
            for item in payload["reportData"]
            if f"{item['component']['name']}.{item['variable']['name']}" not in variables
        ]

    return request("NotifyReport", change)


@replaces("reports.send")
async def _sends_nothing(_station: Any, _original: Any, bite: Bite, _parts: list[Payload]) -> None:
    bite()


def _parts(change: Callable[[list[Payload]], list[Payload]]) -> Alter:
    """The parts of a report are others."""

    def parts(_station: Any, original: Any, bite: Bite, *of: Any) -> list[Payload]:
        made = cast("list[Payload]", original(*of))
        changed = change(made)
        if changed != made:
            bite()
        return changed

    return replaces("reports.parts")(parts)


def _shift(seconds: float) -> Change:
    def change(payload: Payload) -> None:
        moment = datetime.fromisoformat(payload["generatedAt"]) + timedelta(seconds=seconds)
        payload["generatedAt"] = moment.isoformat().replace("+00:00", "Z")

    return change


def _more(field: str) -> Change:
    def change(payload: Payload) -> None:
        payload[field] += 1

    return change


def _twice_as_far(payload: Payload) -> None:
    payload["seqNo"] *= 2


Selection = list[Variable]


def _inventory(base: str, change: Callable[[Any, Selection], Selection]) -> Alter:
    """That base report has other variables."""

    def inventory(station: Any, original: Any, bite: Bite, asked: str) -> Selection:
        found: Selection = original(asked)
        if asked != base:
            return found
        changed = change(station, found)
        if len(changed) != len(found):
            bite()
        return changed

    return replaces("reports.base_inventory")(inventory)


def _selects(change: Callable[[Any, list[str], list[Payload], Selection], Selection]) -> Alter:
    """A custom report has other variables."""

    def select(
        station: Any, original: Any, bite: Bite, criteria: list[str], wanted: list[Payload]
    ) -> Selection:
        found: Selection = original(criteria, wanted)
        changed = change(station, criteria, wanted, found)
        if len(changed) != len(found):
            bite()
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


def _disables_one(station: Any, _bite: Bite) -> None:
    station.model.write("AlignedDataCtrlr.Enabled", "false")


def _disabled_too(
    station: Any, criteria: list[str], _wanted: list[Payload], found: Selection
) -> Selection:
    return [v for v in station.model if v.name in criteria] or found


@handles("GetReport")
async def _reports_empty_set(station: Any, original: Any, bite: Bite, asked: Payload) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] != "EmptyResultSet":
        return answer
    bite()
    part = {"requestId": asked["requestId"], "generatedAt": station.now(), "seqNo": 0}

    async def send() -> None:
        station.instructed("NotifyReport", part)

    return Answer(answer.payload, send)


def _is_empty(payload: Payload) -> bool:
    return payload["status"] == "EmptyResultSet"


def _summary(asked: Payload) -> bool:
    return asked["reportBase"] == "SummaryInventory"


@handles("GetBaseReport")
async def _reports_all_the_same(station: Any, original: Any, bite: Bite, asked: Payload) -> Answer:
    if not _summary(asked):
        return await original(asked)
    bite()
    parts = station.reports.parts(asked["requestId"], list(station.model)[:1])

    async def send() -> None:
        station.spawn(station.reports.send(parts))

    return Answer({"status": "NotSupported"}, send)


def _with_target(station: Any, bite: Bite) -> None:
    variable = station.model.find(Component("EVSE", evse=1), "AvailabilityState")
    variable.attributes.append(Attribute("Target", "Available", "ReadWrite"))
    bite()


def _refuse(action: str, **answer: Any) -> Alter:
    return only_answers(action, {"status": "Rejected", **answer})


def _bad_info(payload: Payload) -> None:
    if payload["status"] == "Accepted":
        payload["statusInfo"] = {"reasonCode": "InternalError"}


def _shown_password(item: Payload) -> None:
    for attribute in item["variableAttribute"]:
        if attribute.get("mutability") == "WriteOnly":
            attribute["value"] = "secret"


_STATE = "EVSE.AvailabilityState"

_DELIVERY = (
    fault("report-not-sent", "Promises a report and sends none.", _sends_nothing, _ALL),
    fault(
        "base-report-refused",
        "Rejects GetBaseReport.",
        _refuse("GetBaseReport"),
        at("2", "08", *_BASE),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "custom-report-refused",
        "Rejects GetReport.",
        _refuse("GetReport"),
        at("2", *_CUSTOM),
        leaves=("TC_B_13_CS",),
    ),
    fault(
        "report-accepted-with-error",
        "Explains an accepted report request with an error.",
        all_of(response("GetBaseReport", _bad_info), response("GetReport", _bad_info)),
        at("2", "08", *_BASE, *_CUSTOM),
    ),
    fault(
        "report-of-another-request",
        "Reports carry another requestId than the request.",
        request("NotifyReport", _more("requestId")),
        _ALL,
    ),
    fault(
        "report-counts-from-one",
        "The seqNo of reports begins with 1.",
        request("NotifyReport", _more("seqNo")),
        _ALL,
    ),
    fault(
        "report-counts-with-gaps",
        "The seqNo of reports leaves numbers out.",
        request("NotifyReport", _twice_as_far),
        at("3", "08", "12", "13", "14", "53", "16"),
        personality=_MANY,
    ),
    fault(
        "report-counts-nothing",
        "Every part of a report has seqNo 0.",
        request("NotifyReport", put(seqNo=0)),
        at("3", "12", "13", "14", "53", "16"),
        personality=_MANY,
    ),
    fault(
        "report-never-ends",
        "Every part of a report promises another one.",
        request("NotifyReport", put(tbc=True)),
        at("3", "12", "14", "17", "54"),
    ),
    fault(
        "report-ends-early",
        "Says of the first part of a report that nothing follows, and goes on.",
        request("NotifyReport", put(tbc=False)),
        at("nothing_unexplained", "14"),
        personality=_MANY,
    ),
    fault(
        "report-lacks-its-end",
        "The last part of a report is not sent.",
        _parts(lambda parts: parts[:-1]),
        at("3", "12", "13", "14", "53", "16"),
        personality=_MANY,
    ),
    fault(
        "report-dated-back",
        "Reports are dated an hour ago.",
        request("NotifyReport", _shift(-3600)),
        at("3", "12", "13", "14", "17", "53", "54", "55", "56"),
    ),
    fault(
        "report-dated-ahead",
        "Reports are dated an hour ahead.",
        request("NotifyReport", _shift(3600)),
        at("3", "12", "13", "14", "16", "17", "18", "53"),
    ),
    fault(
        "report-without-data",
        "Reports hold no data.",
        request("NotifyReport", without("reportData")),
        at("3", *_BASE, *_CUSTOM),
    ),
)

_DATA = (
    fault(
        "report-without-characteristics",
        "Reports do not tell the characteristics of variables.",
        _items(without("variableCharacteristics")),
        at("3", "12", "13", "14", *_CUSTOM),
    ),
    fault(
        "report-without-values-list",
        "Reports do not tell which values a list may have.",
        _items(_of_lists(without("valuesList"))),
        at("3", "12", "13", "14", "17", "18", "53", "56"),
    ),
    fault(
        "report-with-empty-values-list",
        "Reports tell an empty list of values.",
        _items(_of_lists(put(valuesList=""))),
        at("3", "12", "13", "14", "53"),
    ),
    fault(
        "report-with-unlisted-value",
        "A reported value is not among those that it reports to be possible.",
        _items(_of(_STATE, _attribute(put(value="Preparing")))),
        at("3", "53"),
    ),
    fault(
        "report-with-unlisted-member",
        "A member of a reported list is not among those that it reports to be possible.",
        _items(_of("TxCtrlr.TxStartPoint", _attribute(put(value="EVConnected,Always")))),
        at("3", "53"),
    ),
    fault(
        "report-without-value",
        "A standardized variable is reported without its value.",
        _items(_of("OCPPCommCtrlr.OfflineThreshold", _attribute(without("value")))),
        at("3", "53"),
    ),
    fault(
        "report-shows-password",
        "The value of a write-only variable is reported.",
        _items(_shown_password),
        at("3", "53"),
    ),
    fault(
        "report-lacks-writable-variable",
        "A required variable that can be set is not reported.",
        _without_item("OCPPCommCtrlr.OfflineThreshold"),
        at("3", "12", "13", "53"),
    ),
    fault(
        "report-lacks-read-only-variable",
        "A required variable that cannot be set is not reported.",
        _without_item("ClockCtrlr.DateTime"),
        at("3", "13", "53"),
        leaves=("TC_B_12_CS",),
    ),
    fault(
        "report-lacks-second-evse",
        "The state of the second EVSE is not reported.",
        request(
            "NotifyReport",
            lambda payload: payload.update(
                reportData=[
                    item
                    for item in payload["reportData"]
                    if item["component"].get("evse", {}).get("id") != 2
                ]
            ),
        ),
        at("3", "13", "14", "53", "56"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "configuration-with-read-only",
        "The configuration inventory holds what cannot be set.",
        _inventory("ConfigurationInventory", lambda station, _found: list(station.model)),
        at("3", "12"),
        leaves=("TC_B_13_CS",),
    ),
    fault(
        "configuration-for-full",
        "The full inventory holds only what can be set.",
        _inventory("FullInventory", lambda _station, found: [v for v in found if v.settable]),
        at("3", "13", "53"),
        leaves=("TC_B_12_CS",),
    ),
    fault(
        "summary-lacks-station",
        "The summary does not tell the state of the station.",
        _without_item("ChargingStation.AvailabilityState"),
        at("3", "13", "14", "53"),
        leaves=("TC_B_56_CS",),
    ),
    fault(
        "summary-lacks-evses",
        "The summary does not tell the state of the EVSEs.",
        _inventory(
            "SummaryInventory",
            lambda _station, found: [v for v in found if v.component.name != "EVSE"],
        ),
        at("3", "14"),
        leaves=("TC_B_13_CS",),
    ),
)

_UNSUPPORTED = (
    fault(
        "unsupported-report-accepted",
        "Accepts a base report that it does not support.",
        only_answers("GetBaseReport", {"status": "Accepted"}, when=_summary),
        at("2", "15"),
        leaves=("TC_B_12_CS",),
        personality="no-summary",
    ),
    fault(
        "unsupported-report-rejected",
        "Rejects a base report that it does not support.",
        only_answers("GetBaseReport", {"status": "Rejected"}, when=_summary),
        at("2", "15"),
        personality="no-summary",
    ),
    fault(
        "unsupported-report-another-reason",
        "Gives InternalError as the reason for a base report that it does not support.",
        only_answers(
            "GetBaseReport",
            {"status": "NotSupported", "statusInfo": {"reasonCode": "InternalError"}},
            when=_summary,
        ),
        at("2", "15"),
        personality="no-summary",
    ),
    fault(
        "unsupported-report-sent",
        "Sends a report after saying that it does not support it.",
        _reports_all_the_same,
        at("2", "15"),
        leaves=("TC_B_13_CS",),
        personality="no-summary",
    ),
)

_SELECTION = (
    fault(
        "criteria-match-disabled",
        "A report of what is enabled also tells of what is not.",
        all_of(_disables_one, _selects(_disabled_too)),
        at("3", "16"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "criteria-miss-one",
        "A report of what is enabled leaves one component out.",
        _selects(_all_but_last),
        at("3", "16"),
    ),
    fault(
        "criteria-value-not-read",
        "What is reported as enabled is read as disabled.",
        response(
            "GetVariables",
            inside(
                "getVariableResult",
                lambda r: (
                    r.update(attributeValue="false") if r["variable"]["name"] == "Enabled" else None
                ),
            ),
        ),
        at("6", "16"),
    ),
    fault(
        "criteria-value-refused",
        "What is reported as enabled cannot be read.",
        response(
            "GetVariables",
            inside(
                "getVariableResult",
                lambda r: (
                    r.update(attributeStatus="Rejected")
                    if r["variable"]["name"] == "Enabled"
                    else None
                ),
            ),
        ),
        at("6", "16"),
    ),
    fault(
        "criteria-ignored",
        "A report of variables does not respect the criteria given with them.",
        _selects(_whatever_the_criteria),
        at("6", "18"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "empty-report-rejected",
        "Says Rejected of a report that would be empty.",
        response("GetReport", put(status="Rejected"), when=_is_empty),
        at("6", "18"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "empty-report-another-reason",
        "Gives InternalError as the reason for an empty report.",
        response("GetReport", put(statusInfo={"reasonCode": "InternalError"}), when=_is_empty),
        at("6", "18"),
    ),
    fault(
        "empty-report-sent",
        "Sends a report after saying that it is empty.",
        _reports_empty_set,
        at("6", "18"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "custom-report-of-all-evses",
        "A report of one EVSE tells of all.",
        _selects(_all_evses),
        at("3", "17", "18"),
        leaves=("TC_B_56_CS",),
    ),
    fault(
        "custom-report-of-component",
        "A report of one variable tells of the whole component.",
        _selects(_all_of_component),
        at("3", "17", "18", "54", "55", "56"),
        leaves=("TC_B_16_CS",),
    ),
    fault(
        "custom-report-of-all-instances",
        "A report of one instance tells of all.",
        _selects(_all_instances),
        at("3", "55"),
        leaves=("TC_B_54_CS",),
    ),
    fault(
        "custom-report-of-first",
        "A report of several variables tells of the first alone.",
        _selects(_first),
        at("3", "16", "54", "56"),
        leaves=("TC_B_17_CS", "TC_B_55_CS"),
    ),
    fault(
        "custom-report-of-last-instance-missing",
        "A report of all instances leaves one out.",
        _without_item("DeviceDataCtrlr.ItemsPerMessage"),
        at("3", "54", "55"),
        leaves=("TC_B_17_CS",),
    ),
    fault(
        "custom-report-names-another",
        "A report is about another component than asked for.",
        _items(inside("component", lambda c: c.update(name="Connector"))),
        at("3", "17", "18", "54", "55", "56"),
    ),
    fault(
        "state-of-another-type",
        "Reports AvailabilityState as text.",
        _items(_of(_STATE, _characteristics(put(dataType="string")))),
        at("3", "17", "18", "56"),
        leaves=("TC_B_54_CS",),
    ),
    fault(
        "state-with-unknown-values",
        "Reports states that AvailabilityState cannot have.",
        _items(_of(_STATE, _characteristics(put(valuesList="Available,Preparing,Faulted")))),
        at("3", "17", "18", "56"),
    ),
    fault(
        "state-can-be-written",
        "Reports AvailabilityState as writable.",
        _items(_of(_STATE, _attribute(put(mutability="ReadWrite")))),
        at("3", "17", "18", "56"),
    ),
    fault(
        "state-with-target",
        "AvailabilityState has a target.",
        _with_target,
        at("3", "17", "18", "56"),
    ),
)

FAULTS = (*_DELIVERY, *_DATA, *_UNSUPPORTED, *_SELECTION)
