"""Faults of the reports of the device model: TC_B_12 to 18 and 53 to 56."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from harness.reference.faults.base import (
    Alter,
    Change,
    MarkTriggered,
    all_of,
    put,
    replaces,
    request,
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
from harness.reference.faults.station.words import at, fault, only_answers
from harness.reference.rpc import Payload
from harness.reference.station.device_model import Variable

_LISTS = ("OptionList", "SequenceList", "MemberList")


_BASE = ("12", "13", "14", "53")


_CUSTOM = ("16", "17", "18", "54", "55", "56")


_ALL = at("3", "08", *_BASE, *_CUSTOM)


_MANY = "many-report-parts"


def _of_lists(change: Change) -> Change:
    def each(data: Payload) -> None:
        if data["dataType"] in _LISTS:
            change(data)

    return characteristics(each)


@replaces("reports.send")
async def _sends_nothing(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _parts: list[Payload]
) -> None:
    mark_triggered()


def _parts(change: Callable[[list[Payload]], list[Payload]]) -> Alter:
    """The parts of a report are others."""

    def parts(
        _station: Any, original: Any, mark_triggered: MarkTriggered, *of: Any
    ) -> list[Payload]:
        made = cast("list[Payload]", original(*of))
        changed = change(made)
        if changed != made:
            mark_triggered()
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

    def inventory(
        station: Any, original: Any, mark_triggered: MarkTriggered, asked: str
    ) -> Selection:
        found: Selection = original(asked)
        if asked != base:
            return found
        changed = change(station, found)
        if len(changed) != len(found):
            mark_triggered()
        return changed

    return replaces("reports.base_inventory")(inventory)


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
        variant=_MANY,
    ),
    fault(
        "report-counts-nothing",
        "Every part of a report has seqNo 0.",
        request("NotifyReport", put(seqNo=0)),
        at("3", "12", "13", "14", "53", "16"),
        variant=_MANY,
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
        at("no_unexpected_message", "14"),
        variant=_MANY,
    ),
    fault(
        "report-lacks-its-end",
        "The last part of a report is not sent.",
        _parts(lambda parts: parts[:-1]),
        at("3", "12", "13", "14", "53", "16"),
        variant=_MANY,
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
        items(without("variableCharacteristics")),
        at("3", "12", "13", "14", *_CUSTOM),
    ),
    fault(
        "report-without-values-list",
        "Reports do not tell which values a list may have.",
        items(_of_lists(without("valuesList"))),
        at("3", "12", "13", "14", "17", "18", "53", "56"),
    ),
    fault(
        "report-with-empty-values-list",
        "Reports tell an empty list of values.",
        items(_of_lists(put(valuesList=""))),
        at("3", "12", "13", "14", "53"),
    ),
    fault(
        "report-with-unlisted-value",
        "A reported value is not among those that it reports to be possible.",
        items(of(_STATE, attributes(put(value="Preparing")))),
        at("3", "53"),
    ),
    fault(
        "report-with-unlisted-member",
        "A member of a reported list is not among those that it reports to be possible.",
        items(of("TxCtrlr.TxStartPoint", attributes(put(value="EVConnected,Always")))),
        at("3", "53"),
    ),
    fault(
        "report-without-value",
        "A standardized variable is reported without its value.",
        items(of("OCPPCommCtrlr.OfflineThreshold", attributes(without("value")))),
        at("3", "53"),
    ),
    fault(
        "report-shows-password",
        "The value of a write-only variable is reported.",
        items(_shown_password),
        at("3", "53"),
    ),
    fault(
        "report-lacks-writable-variable",
        "A required variable that can be set is not reported.",
        without_item("OCPPCommCtrlr.OfflineThreshold"),
        at("3", "12", "13", "53"),
    ),
    fault(
        "report-lacks-read-only-variable",
        "A required variable that cannot be set is not reported.",
        without_item("ClockCtrlr.DateTime"),
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
        without_item("ChargingStation.AvailabilityState"),
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

FAULTS = (*_DELIVERY, *_DATA)
