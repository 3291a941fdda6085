"""Faults in what a station does because the CSMS asks for it (block F)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces
from harness.reference.rpc import Answer, Payload


@replaces("authorization.start_remotely")
async def _starts_nothing(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any, _driver: Any
) -> None:
    mark_triggered()


def _unlocks_in_words(station: Any, mark_triggered: MarkTriggered) -> None:
    unlock = station.actions["UnlockConnector"]

    async def answer(request: Payload) -> Answer:
        bolted = [evse for evse in station.evses.values() if evse.bolted]
        said = await unlock(request)
        for evse in bolted:
            if not evse.bolted:
                mark_triggered()
                evse.bolted = True
        return said

    station.actions["UnlockConnector"] = answer


@replaces("remote.evses")
def _triggers_all_evses(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Payload
) -> list[Any]:
    every = list(station.evses.values())
    if original(evse) != every:
        mark_triggered()
    return every


@replaces("logs.status")
def _idle_while_uploading(station: Any, original: Any, mark_triggered: MarkTriggered) -> Payload:
    if station.logs.uploading:
        mark_triggered()
        return {"status": "Idle"}
    return original()


@replaces("firmware.status")
def _idle_while_downloading(station: Any, original: Any, mark_triggered: MarkTriggered) -> Payload:
    if station.firmware.last["status"] == "Downloading":
        mark_triggered()
        return {"status": "Idle"}
    return original()


FAULTS = (
    Fault(
        "idle-while-uploading",
        "While a log is uploaded, a triggered LogStatusNotification says Idle.",
        _idle_while_uploading,
        "F06.FR.14",
        ("TC_F_16_CS", "7"),
    ),
    Fault(
        "idle-while-downloading",
        "While firmware is downloaded, a triggered FirmwareStatusNotification says Idle.",
        _idle_while_downloading,
        "L01.FR.26",
        ("TC_F_19_CS", "7"),
    ),
    Fault(
        "remote-start-in-words",
        "A RequestStartTransaction is accepted, and nothing is started.",
        _starts_nothing,
        "F01.FR.02",
        ("TC_F_01_CS", "1>Authorized 5"),
    ),
    Fault(
        "unlocks-in-words",
        "UnlockConnector is answered Unlocked, and the plug stays locked in.",
        _unlocks_in_words,
        "F05.FR.04",
        ("TC_F_06_CS", "2"),
    ),
    Fault(
        "triggers-all-evses",
        "A trigger for one EVSE is followed for all of them.",
        _triggers_all_evses,
        "F06.FR.02",
        ("TC_F_11_CS", "3"),
    ),
)
