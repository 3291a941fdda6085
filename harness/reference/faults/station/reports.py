"""Faults of the reports of the device model: TC_B_12 to 18 and 53 to 56."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
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
from harness.reference.faults.station.words import only_answers
from harness.reference.rpc import Payload
from harness.reference.station.device_model import Variable

_LISTS = ("OptionList", "SequenceList", "MemberList")


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
    Fault(
        "report-not-sent",
        "Promises a report and sends none.",
        _sends_nothing,
        requirement="B07.FR.03",
        shows=("TC_B_08_CS", "3"),
    ),
    Fault(
        "base-report-refused",
        "Rejects GetBaseReport.",
        _refuse("GetBaseReport"),
        requirement="B07.FR.12",
        shows=("TC_B_08_CS", "2"),
    ),
    Fault(
        "custom-report-refused",
        "Rejects GetReport.",
        _refuse("GetReport"),
        requirement="B08.FR.01",
        shows=("TC_B_16_CS", "2"),
    ),
    Fault(
        "report-accepted-with-error",
        "Explains an accepted report request with an error.",
        all_of(response("GetBaseReport", _bad_info), response("GetReport", _bad_info)),
        requirement="B07.FR.01",
        shows=("TC_B_08_CS", "2"),
    ),
    Fault(
        "report-counts-with-gaps",
        "The seqNo of reports leaves numbers out.",
        request("NotifyReport", _twice_as_far),
        requirement="B07.FR.10",
        shows=("TC_B_08_CS", "3"),
        variant=_MANY,
    ),
    Fault(
        "report-counts-nothing",
        "Every part of a report has seqNo 0.",
        request("NotifyReport", put(seqNo=0)),
        requirement="B07.FR.10",
        shows=("TC_B_12_CS", "3"),
        variant=_MANY,
    ),
    Fault(
        "report-never-ends",
        "Every part of a report promises another one.",
        request("NotifyReport", put(tbc=True)),
        requirement="B07.FR.03",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-ends-early",
        "Says of the first part of a report that nothing follows, and goes on.",
        request("NotifyReport", put(tbc=False)),
        requirement="B07.FR.10",
        shows=("TC_B_14_CS", "no_unexpected_message"),
        variant=_MANY,
    ),
    Fault(
        "report-lacks-its-end",
        "The last part of a report is not sent.",
        _parts(lambda parts: parts[:-1]),
        requirement="B07.FR.03",
        shows=("TC_B_12_CS", "3"),
        variant=_MANY,
    ),
    Fault(
        "report-dated-back",
        "Reports are dated an hour ago.",
        request("NotifyReport", _shift(-3600)),
        requirement="B07.FR.04, B07.FR.10, B08.FR.04, B08.FR.14",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-dated-ahead",
        "Reports are dated an hour ahead.",
        request("NotifyReport", _shift(3600)),
        requirement="B07.FR.04, B07.FR.10, B08.FR.04, B08.FR.14",
        shows=("TC_B_12_CS", "3"),
    ),
)


_DATA = (
    Fault(
        "report-without-characteristics",
        "Reports do not tell the characteristics of variables.",
        items(without("variableCharacteristics")),
        requirement="B07.FR.07",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-without-values-list",
        "Reports do not tell which values a list may have.",
        items(_of_lists(without("valuesList"))),
        requirement="B07.FR.07",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-with-empty-values-list",
        "Reports tell an empty list of values.",
        items(_of_lists(put(valuesList=""))),
        requirement="B07.FR.07",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-with-unlisted-value",
        "A reported value is not among those that it reports to be possible.",
        items(of(_STATE, attributes(put(value="Preparing")))),
        requirement="B07.FR.08",
        shows=("TC_B_53_CS", "3"),
    ),
    Fault(
        "report-with-unlisted-member",
        "A member of a reported list is not among those that it reports to be possible.",
        items(of("TxCtrlr.TxStartPoint", attributes(put(value="EVConnected,Always")))),
        requirement="B07.FR.08",
        shows=("TC_B_53_CS", "3"),
    ),
    Fault(
        "report-without-value",
        "A standardized variable is reported without its value.",
        items(of("OCPPCommCtrlr.OfflineThreshold", attributes(without("value")))),
        requirement="B07.FR.03",
        shows=("TC_B_53_CS", "3"),
    ),
    Fault(
        "report-shows-password",
        "The value of a write-only variable is reported.",
        items(_shown_password),
        requirement="B07.FR.03",
        shows=("TC_B_53_CS", "3"),
    ),
    Fault(
        "report-lacks-writable-variable",
        "A required variable that can be set is not reported.",
        without_item("OCPPCommCtrlr.OfflineThreshold"),
        requirement="B07.FR.07",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "report-lacks-read-only-variable",
        "A required variable that cannot be set is not reported.",
        without_item("ClockCtrlr.DateTime"),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "3"),
    ),
    Fault(
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
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "3"),
    ),
    Fault(
        "configuration-with-read-only",
        "The configuration inventory holds what cannot be set.",
        _inventory("ConfigurationInventory", lambda station, _found: list(station.model)),
        requirement="B07.FR.07",
        shows=("TC_B_12_CS", "3"),
    ),
    Fault(
        "configuration-for-full",
        "The full inventory holds only what can be set.",
        _inventory("FullInventory", lambda _station, found: [v for v in found if v.settable]),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "3"),
    ),
    Fault(
        "summary-lacks-station",
        "The summary does not tell the state of the station.",
        without_item("ChargingStation.AvailabilityState"),
        requirement="B07.FR.08",
        shows=("TC_B_13_CS", "3"),
    ),
    Fault(
        "summary-lacks-evses",
        "The summary does not tell the state of the EVSEs.",
        _inventory(
            "SummaryInventory",
            lambda _station, found: [v for v in found if v.component.name != "EVSE"],
        ),
        requirement="B07.FR.09",
        shows=("TC_B_14_CS", "3"),
    ),
)

FAULTS = (*_DELIVERY, *_DATA)
