"""What a CSMS does wrong with network connection profiles (B09)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    drop,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import never_sends, sends_besides
from harness.reference.rpc import Payload
from harness.spec.editions import DEFAULT


def _connection(change: Change) -> Alter:
    return request("SetNetworkProfile", inside("connectionData", change))


@replaces("requests.send")
async def _hangs_up_when_failed(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    answer: Payload = await original(station, action, payload)
    if action == "SetNetworkProfile" and answer["status"] == "Failed":
        mark_triggered()
        await station.connection.close()
    return answer


@replaces("requests.send")
async def _falls_silent_when_failed(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    answer: Payload = await original(station, action, payload)
    if action == "SetNetworkProfile" and answer["status"] == "Failed":
        mark_triggered()
        drop("")(csms, mark_triggered)
    return answer


FAULTS = (
    Fault(
        "profile-not-set",
        "Does not send SetNetworkProfile when told to.",
        never_sends("SetNetworkProfile"),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-without-slot",
        "Leaves the slot of a network profile out.",
        request("SetNetworkProfile", without("configurationSlot")),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-without-data",
        "Leaves the connection data of a network profile out.",
        request("SetNetworkProfile", without("connectionData")),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-with-another-url",
        "Puts the station's identity into the URL of a network profile.",
        _connection(lambda data: data.update(ocppCsmsUrl=f"{data['ocppCsmsUrl']}/CS001")),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-version-of-its-own",
        "Writes the version of OCPP as no network profile has it.",
        _connection(put(ocppVersion=DEFAULT.name.replace(" ", ""))),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-without-timeout",
        "Leaves the message timeout of a network profile out.",
        _connection(without("messageTimeout")),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "1"),
    ),
    Fault(
        "profile-overwritten",
        "Having set a network profile, it puts another one in the same slot.",
        sends_besides(
            "SetNetworkProfile",
            inside(
                "connectionData", lambda data: data.update(ocppCsmsUrl="wss://elsewhere.invalid")
            ),
        ),
        requirement="B09.FR.01",
        shows=("TC_B_42_CSMS", "orders_are_not_overridden"),
    ),
    Fault(
        "hangs-up-when-failed",
        "Closes the connection when a station cannot set a network profile.",
        _hangs_up_when_failed,
        requirement="B09.FR.03",
        shows=("TC_B_44_CSMS", "post"),
    ),
    Fault(
        "falls-silent-when-failed",
        "Sends nothing any more once a station could not set a network profile.",
        _falls_silent_when_failed,
        requirement="B09.FR.03",
        shows=("TC_B_44_CSMS", "post"),
    ),
)
