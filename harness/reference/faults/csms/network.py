"""What a CSMS does wrong with network connection profiles (B09)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    MarkTriggered,
    drop,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import at, fault, never_sends, sends_twice
from harness.reference.rpc import Payload


def _connection(change: Change) -> Alter:
    return request("SetNetworkProfile", inside("connectionData", change))


def _next_slot(payload: Payload) -> None:
    payload["configurationSlot"] += 1


def _milliseconds(data: Payload) -> None:
    data["messageTimeout"] *= 1000


def _less_secure(data: Payload) -> None:
    data["securityProfile"] -= 1


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
    fault(
        "profile-not-set",
        "Does not send SetNetworkProfile when told to.",
        never_sends("SetNetworkProfile"),
        at("1", "42", "44"),
    ),
    fault(
        "profile-in-another-slot",
        "Sets the network profile in the next slot.",
        request("SetNetworkProfile", _next_slot),
        at("1", "42"),
    ),
    fault(
        "profile-without-slot",
        "Leaves the slot of a network profile out.",
        request("SetNetworkProfile", without("configurationSlot")),
        at("1", "42") | at("payloads_follow_schema", "44"),
    ),
    fault(
        "profile-without-data",
        "Leaves the connection data of a network profile out.",
        request("SetNetworkProfile", without("connectionData")),
        at("1", "42") | at("payloads_follow_schema", "44"),
    ),
    fault(
        "profile-with-another-url",
        "Puts the station's identity into the URL of a network profile.",
        _connection(lambda data: data.update(ocppCsmsUrl=f"{data['ocppCsmsUrl']}/CS001")),
        at("1", "42"),
    ),
    fault(
        "profile-with-another-interface",
        "Sets another network interface.",
        _connection(put(ocppInterface="Wireless0")),
        at("1", "42"),
    ),
    fault(
        "profile-with-another-version",
        "Sets OCPP 1.6 in a network profile.",
        _connection(put(ocppVersion="OCPP16")),
        at("1", "42"),
    ),
    fault(
        "profile-version-of-its-own",
        "Writes the version of OCPP as no network profile has it.",
        _connection(put(ocppVersion="OCPP2.0.1")),
        at("1", "42") | at("payloads_follow_schema", "44"),
    ),
    fault(
        "profile-with-another-transport",
        "Sets SOAP in a network profile.",
        _connection(put(ocppTransport="SOAP")),
        at("1", "42"),
    ),
    fault(
        "profile-less-secure",
        "Sets a lower security profile.",
        _connection(_less_secure),
        at("1", "42"),
    ),
    fault(
        "profile-timeout-in-milliseconds",
        "Writes the message timeout in milliseconds.",
        _connection(_milliseconds),
        at("1", "42"),
    ),
    fault(
        "profile-without-timeout",
        "Leaves the message timeout of a network profile out.",
        _connection(without("messageTimeout")),
        at("1", "42") | at("payloads_follow_schema", "44"),
    ),
    fault(
        "profile-set-twice",
        "Sends every SetNetworkProfile twice.",
        sends_twice("SetNetworkProfile"),
        at("no_identical_request_is_repeated", "42"),
    ),
    fault(
        "hangs-up-when-failed",
        "Closes the connection when a station cannot set a network profile.",
        _hangs_up_when_failed,
        at("post", "44"),
        leaves=("TC_B_42_CSMS",),
    ),
    fault(
        "falls-silent-when-failed",
        "Sends nothing any more once a station could not set a network profile.",
        _falls_silent_when_failed,
        at("post", "44"),
        leaves=("TC_B_42_CSMS",),
    ),
)
