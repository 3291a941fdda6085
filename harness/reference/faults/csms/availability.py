"""Faults in the availability that a CSMS sets (block G)."""

from __future__ import annotations

from harness.reference.faults.base import Change, Fault, error, inside, put, request, without
from harness.reference.faults.csms.words import sends_besides
from harness.reference.rpc import Payload


def _opposite(payload: Payload) -> None:
    was = payload["operationalStatus"]
    payload["operationalStatus"] = "Inoperative" if was == "Operative" else "Operative"


def _names(**ids: int) -> Change:
    def change(payload: Payload) -> None:
        payload["evse"] = {**payload.get("evse", {}), **ids}

    return change


def _is_evse(payload: Payload) -> bool:
    return "connectorId" not in payload.get("evse", {"connectorId": 0})


def _is_station(payload: Payload) -> bool:
    return "evse" not in payload


FAULTS = (
    Fault(
        "makes-the-opposite-besides",
        "Has a place made Inoperative, and Operative again at once.",
        sends_besides("ChangeAvailability", _opposite),
        "G03.FR.01",
        ("TC_G_03_CSMS", "orders_are_not_overridden"),
    ),
    Fault(
        "makes-all-inoperative",
        "The whole station is made inoperative where the operator named one EVSE.",
        request("ChangeAvailability", without("evse")),
        "G03.FR.01",
        ("TC_G_03_CSMS", "1>Unavailable 1"),
    ),
    Fault(
        "makes-the-opposite",
        "Asks for Operative where the operator wants Inoperative, and the other way round.",
        request("ChangeAvailability", _opposite),
        "G04.FR.01",
        ("TC_G_05_CSMS", "1"),
    ),
    Fault(
        "names-a-connector",
        "Names a connector where the operator named the EVSE.",
        request("ChangeAvailability", _names(connectorId=1), when=_is_evse),
        "G03.FR.01",
        ("TC_G_11_CSMS", "1"),
    ),
    Fault(
        "forgets-the-connector",
        "Names the EVSE alone where the operator named a connector.",
        request("ChangeAvailability", inside("evse", without("connectorId"))),
        "G03.FR.01",
        ("TC_G_07_CSMS", "1"),
    ),
    Fault(
        "names-an-evse",
        "Names an EVSE where the operator meant the station.",
        request("ChangeAvailability", _names(id=1), when=_is_station),
        "G04.FR.01",
        ("TC_G_05_CSMS", "1"),
    ),
    Fault(
        "names-evse-zero",
        "Writes EVSE 0 for the whole station.",
        request("ChangeAvailability", put(evse={"id": 0}), when=_is_station),
        "G04.FR.01",
        ("TC_G_14_CSMS", "1"),
    ),
    Fault(
        "notify-event-refused",
        "Answers NotifyEvent with a CALLERROR.",
        error("NotifyEvent", "NotSupported"),
        "G05.FR.03",
        ("TC_G_20_CSMS", "2"),
    ),
)
