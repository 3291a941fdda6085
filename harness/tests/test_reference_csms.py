"""The embedded CSMS against a small station client of its own: connecting, booting, answering."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness import clock
from harness.reference.csms import NotPossible
from harness.spec.editions import DEFAULT
from harness.tests.station_client import (
    AVAILABLE,
    BOOT,
    NOW,
    PASSWORD,
    Json,
    basic,
    running,
    station,
    validate,
)

pytestmark = pytest.mark.simulated_time

# Connecting


@pytest.mark.asyncio
async def test_subprotocol_and_compression_are_negotiated() -> None:
    async with (
        running() as csms,
        station(csms, subprotocols=["ocpp1.6", DEFAULT.subprotocol]) as client,
    ):
        assert client.socket.subprotocol == DEFAULT.subprotocol
        assert client.socket.response is not None
        assert "permessage-deflate" in client.socket.response.headers["Sec-WebSocket-Extensions"]


@pytest.mark.parametrize("offered", [None, ["ocpp1.6"]])
@pytest.mark.asyncio
async def test_without_common_subprotocol_the_handshake_completes_and_closes(
    offered: list[str] | None,
) -> None:
    async with running() as csms, connect(csms.url + "/CS001", subprotocols=offered) as socket:  # type: ignore[arg-type]  # plain strings are subprotocols
        assert socket.subprotocol is None
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)


@pytest.mark.parametrize("path", ["/CS999", "", "/deeper/CS001"])
@pytest.mark.asyncio
async def test_unknown_station_is_answered_404(path: str) -> None:
    async with running() as csms:
        with pytest.raises(InvalidStatus) as refused:
            await connect(csms.url + path, subprotocols=[DEFAULT.subprotocol])  # type: ignore[list-item]  # as above
        assert refused.value.response.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("CS001", "wrong-password-1234"),
        basic("CS001x", PASSWORD),
        basic("CS 2", PASSWORD),
        {"Authorization": "Basic %%%"},
        {"Authorization": "Bearer " + PASSWORD},
    ],
)
@pytest.mark.asyncio
async def test_wrong_credentials_are_answered_401(headers: dict[str, str]) -> None:
    async with running(security_profile=1) as csms:
        with pytest.raises(InvalidStatus) as refused:
            await connect(csms.url + "/CS001", additional_headers=headers)
        assert refused.value.response.status_code == 401


@pytest.mark.asyncio
async def test_right_credentials_and_percent_encoded_identity() -> None:
    async with running(security_profile=1) as csms:
        headers = basic("CS 2", PASSWORD)
        async with station(csms, "/CS%202", additional_headers=headers) as client:
            assert (await client.call("BootNotification", BOOT))["status"] == "Accepted"


@pytest.mark.asyncio
async def test_new_connection_replaces_the_old_one() -> None:
    async with running() as csms, station(csms) as old, station(csms) as new:
        await asyncio.wait_for(old.socket.wait_closed(), 5)
        assert "currentTime" in await new.call("Heartbeat", {})
        assert (await csms.look("station", station="CS001"))["connected"]


@pytest.mark.parametrize("status", ["Accepted", "Rejected", "RebootRequired"])
@pytest.mark.asyncio
async def test_password_changes_only_when_accepted(status: str) -> None:
    data = {
        "component": {"name": "SecurityCtrlr"},
        "variable": {"name": "BasicAuthPassword"},
        "attributeValue": "a-new-password-16",
    }
    async with running(security_profile=1) as csms:
        async with station(csms, additional_headers=basic("CS001", PASSWORD)) as client:
            result = {k: data[k] for k in ("component", "variable")} | {"attributeStatus": status}
            client.replies["SetVariables"] = {"setVariableResult": [result]}
            await csms.ask("CS001", "SetVariables", {"setVariableData": [data]})
        new, old = "a-new-password-16", PASSWORD
        good, bad = (new, old) if status == "Accepted" else (old, new)
        with pytest.raises(InvalidStatus):
            await connect(csms.url + "/CS001", additional_headers=basic("CS001", bad))
        async with station(csms, additional_headers=basic("CS001", good)) as client:
            await client.call("BootNotification", BOOT)


# Boot


@pytest.mark.asyncio
async def test_boot_accepted_has_interval_and_time() -> None:
    async with running(heartbeat_interval=7) as csms, station(csms) as client:
        answer = await client.call("BootNotification", BOOT)
        assert (answer["status"], answer["interval"]) == ("Accepted", 7)
        assert answer["currentTime"].endswith("Z")
        distance = clock.now() - datetime.fromisoformat(answer["currentTime"])
        assert abs(distance.total_seconds()) < 2


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
@pytest.mark.asyncio
async def test_nothing_but_boot_before_acceptance(status: str) -> None:
    async with running() as csms, station(csms) as client:
        await csms.arrange("boot_status", station="CS001", status=status, interval=3)
        answer = await client.call("BootNotification", BOOT)
        assert (answer["status"], answer["interval"]) == (status, 3)
        report = {"requestId": 99, "generatedAt": NOW, "seqNo": 0}
        assert await client.refused("StatusNotification", AVAILABLE) == "SecurityError"
        assert await client.refused("NotifyReport", report) == "SecurityError"
        assert (await client.call("BootNotification", BOOT))["status"] == status
        await csms.arrange("boot_status", station="CS001", status="Accepted")
        assert (await client.call("BootNotification", BOOT))["status"] == "Accepted"
        assert await client.call("StatusNotification", AVAILABLE) == {}


@pytest.mark.asyncio
async def test_pending_allows_exactly_what_was_asked_for() -> None:
    async with running(boot_pending=True) as csms, station(csms) as client:
        client.replies = {"TriggerMessage": {"status": "Accepted"}}
        client.replies["GetBaseReport"] = {"status": "Accepted"}
        assert (await client.call("BootNotification", BOOT))["status"] == "Pending"
        await csms.ask("CS001", "GetBaseReport", {"reportBase": "FullInventory"})
        request_id = (await client.next_asked())[1]["requestId"]
        part = {"generatedAt": NOW, "seqNo": 0}
        assert await client.call("NotifyReport", part | {"requestId": request_id}) == {}
        code = await client.refused("NotifyReport", part | {"requestId": request_id + 1})
        assert code == "SecurityError"
        await csms.ask("CS001", "TriggerMessage", {"requestedMessage": "Heartbeat"})
        await client.call("Heartbeat", {})
        assert await client.refused("Heartbeat", {}) == "SecurityError"
        client.replies["TriggerMessage"] = {"status": "Rejected"}
        await csms.ask("CS001", "TriggerMessage", {"requestedMessage": "Heartbeat"})
        assert await client.refused("Heartbeat", {}) == "SecurityError"
        with pytest.raises(NotPossible, match=r"B02\.FR\.05"):
            await csms.ask("CS001", "RequestStartTransaction", {})


@pytest.mark.parametrize(
    ("first", "second", "answered"),
    [("Pending", "Pending", True), ("Accepted", "Pending", False)],
)
@pytest.mark.asyncio
async def test_triggered_message_may_come_after_another_pending_boot(
    first: str, second: str, answered: bool
) -> None:
    async with running() as csms, station(csms) as client:
        client.replies = {"TriggerMessage": {"status": "Accepted"}}
        await csms.arrange("boot_status", station="CS001", status=first)
        await client.call("BootNotification", BOOT)
        await csms.ask("CS001", "TriggerMessage", {"requestedMessage": "Heartbeat"})
        await csms.arrange("boot_status", station="CS001", status=second)
        await client.call("BootNotification", BOOT)
        if answered:
            await client.call("Heartbeat", {})
        assert await client.refused("Heartbeat", {}) == "SecurityError"


@pytest.mark.parametrize("by_itself", [True, False])
@pytest.mark.asyncio
async def test_pending_boot_is_triggered_and_accepted(by_itself: bool) -> None:
    async with running() as csms, station(csms) as client:
        client.replies = {"TriggerMessage": {"status": "Accepted"}}
        await csms.arrange("boot_status", station="CS001", status="Pending", trigger=by_itself)
        assert (await client.call("BootNotification", BOOT))["status"] == "Pending"
        if not by_itself:
            await csms.arrange("trigger_boot", station="CS001")
        asked = await client.next_asked()
        assert asked == ("TriggerMessage", {"requestedMessage": "BootNotification"})
        triggered = BOOT | {"reason": "Triggered"}
        assert (await client.call("BootNotification", triggered))["status"] == "Accepted"


@pytest.mark.asyncio
async def test_rejected_station_is_left_alone() -> None:
    async with running() as csms, station(csms) as client:
        await csms.arrange("boot_status", station="CS001", status="Rejected")
        await client.call("BootNotification", BOOT)
        with pytest.raises(NotPossible, match=r"B03\.FR\.03"):
            await csms.ask("CS001", "TriggerMessage", {"requestedMessage": "BootNotification"})
        assert client.asked.empty()


@pytest.mark.asyncio
async def test_inventory_after_boot() -> None:
    async with running(inventory_after_boot=True) as csms, station(csms) as client:
        client.replies = {"GetBaseReport": {"status": "NotSupported"}}
        client.replies["SetVariables"] = lambda request: {
            "setVariableResult": [
                {k: d[k] for k in ("component", "variable")} | {"attributeStatus": "Rejected"}
                for d in request["setVariableData"]
            ]
        }
        await client.call("BootNotification", BOOT)
        assert (await client.next_asked())[0] == "GetBaseReport"
        assert (await client.next_asked())[0] == "SetVariables"


# Answers

CONNECTOR_EVENT = {
    "eventId": 1,
    "timestamp": NOW,
    "trigger": "Delta",
    "actualValue": "Occupied",
    "eventNotificationType": "HardWiredNotification",
    "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
    "variable": {"name": "AvailabilityState"},
}
MINIMAL: dict[str, Json] = {
    "ClearedChargingLimit": {"chargingLimitSource": "EMS"},
    "DataTransfer": {"vendorId": "x"},
    "FirmwareStatusNotification": {"status": "Idle"},
    "Get15118EVCertificate": {
        "iso15118SchemaVersion": "x",
        "action": "Install",
        "exiRequest": "x",
    },
    "GetCertificateStatus": {
        "ocspRequestData": {
            "hashAlgorithm": "SHA256",
            "issuerNameHash": "a",
            "issuerKeyHash": "b",
            "serialNumber": "1",
            "responderURL": "http://127.0.0.1",
        }
    },
    "LogStatusNotification": {"status": "Idle"},
    "MeterValues": {
        "evseId": 1,
        "meterValue": [{"timestamp": NOW, "sampledValue": [{"value": 1}]}],
    },
    "NotifyChargingLimit": {"chargingLimit": {"chargingLimitSource": "EMS"}},
    "NotifyCustomerInformation": {"data": "", "seqNo": 0, "generatedAt": NOW, "requestId": 1},
    "NotifyDisplayMessages": {"requestId": 1},
    "NotifyEVChargingNeeds": {
        "evseId": 1,
        "chargingNeeds": {"requestedEnergyTransfer": "AC_single_phase"},
    },
    "NotifyEVChargingSchedule": {
        "timeBase": NOW,
        "evseId": 1,
        "chargingSchedule": {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}],
        },
    },
    "NotifyEvent": {"generatedAt": NOW, "seqNo": 0, "eventData": [CONNECTOR_EVENT]},
    "NotifyMonitoringReport": {"requestId": 1, "seqNo": 0, "generatedAt": NOW},
    "PublishFirmwareStatusNotification": {"status": "Idle"},
    "ReportChargingProfiles": {
        "requestId": 1,
        "chargingLimitSource": "EMS",
        "evseId": 1,
        "chargingProfile": [
            {
                "id": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Absolute",
                "chargingSchedule": [
                    {
                        "id": 1,
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}],
                    }
                ],
            }
        ],
    },
    "ReservationStatusUpdate": {"reservationId": 1, "reservationUpdateStatus": "Expired"},
    "SecurityEventNotification": {"type": "StartupOfTheDevice", "timestamp": NOW},
    "SignCertificate": {"csr": "x"},
    "StatusNotification": AVAILABLE,
}


@pytest.mark.parametrize("extra", [False, True])
@pytest.mark.asyncio
async def test_every_other_request_is_answered_by_its_schema(extra: bool) -> None:
    async with running(extra_fields=extra) as csms, station(csms) as client:
        boot = await client.call("BootNotification", BOOT)
        assert ("statusInfo" in boot, "customData" in boot) == (extra, extra)
        for action, payload in MINIMAL.items():
            validate(f"{action}Request", payload)
            assert ("customData" in await client.call(action, payload)) == extra


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Nonsense", {}, "NotImplemented"),
        ("../v16/schemas/Heartbeat", {}, "NotImplemented"),
        ("Reset", {"type": "OnIdle"}, "NotSupported"),
        ("Heartbeat", {"surplus": 1}, "FormatViolation"),
        ("StatusNotification", AVAILABLE | {"evseId": "one"}, "TypeConstraintViolation"),
        ("StatusNotification", {"evseId": 1}, "OccurrenceConstraintViolation"),
        ("StatusNotification", AVAILABLE | {"connectorStatus": "?"}, "PropertyConstraintViolation"),
        ("StatusNotification", AVAILABLE | {"timestamp": "today"}, "TypeConstraintViolation"),
        ("Heartbeat", [], "TypeConstraintViolation"),
    ],
)
@pytest.mark.asyncio
async def test_bad_requests_are_answered_callerror(action: str, payload: Any, code: str) -> None:
    async with running() as csms, station(csms) as client:
        await client.call("BootNotification", BOOT)
        assert await client.refused(action, payload) == code
        assert "currentTime" in await client.call("Heartbeat", {})


@pytest.mark.parametrize(
    ("id_token", "type_", "status"),
    [
        ("AABBCCDD", "ISO14443", "Accepted"),
        ("aabbccdd", "ISO14443", "Accepted"),
        ("AABBCCDD", "ISO15693", "Unknown"),
        ("B10CCED0", "ISO14443", "Blocked"),
        ("DEADBEEF", "ISO14443", "Unknown"),
        ("1234", "KeyCode", "Invalid"),
        ("", "NoAuthorization", "Accepted"),
    ],
)
@pytest.mark.asyncio
async def test_id_tokens(id_token: str, type_: str, status: str) -> None:
    token = {"idToken": id_token, "type": type_}
    async with running() as csms, station(csms) as client:
        answer = await client.call("Authorize", {"idToken": token})
        assert answer["idTokenInfo"]["status"] == status
        answer = await client.call("TransactionEvent", event(0, "Started", idToken=token))
        assert answer["idTokenInfo"]["status"] == status


@pytest.mark.asyncio
async def test_token_is_arranged_with_its_group() -> None:
    token = {"idToken": "C0FFEE00", "type": "ISO14443"}
    async with running() as csms, station(csms) as client:
        facts = {"id_token": "c0ffee00", "type": "ISO14443", "status": "Expired", "group": "G"}
        await csms.arrange("token", **facts)
        info = (await client.call("Authorize", {"idToken": token}))["idTokenInfo"]
        assert info == {"status": "Expired", "groupIdToken": {"idToken": "G", "type": "Central"}}


def event(seq_no: int, kind: str, **fields: Any) -> Json:
    trigger = {"Started": "CablePluggedIn", "Ended": "EVCommunicationLost"}
    return {
        "eventType": kind,
        "timestamp": NOW,
        "triggerReason": trigger.get(kind, "ChargingStateChanged"),
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": "T1"},
    } | fields


@pytest.mark.asyncio
async def test_transactions_are_followed_in_any_order() -> None:
    async with running() as csms, station(csms) as client:
        await client.call("TransactionEvent", event(0, "Started", evse={"id": 1, "connectorId": 1}))
        assert await client.call("TransactionEvent", event(2, "Ended")) == {}
        [held] = await csms.look("transactions", station="CS001")
        assert (held["ongoing"], held["complete"], held["evse"]["id"]) == (False, False, 1)
        await client.call("TransactionEvent", event(1, "Updated"))
        [held] = await csms.look("transactions", station="CS001")
        assert (held["complete"], held["seq_nos"]) == (True, [0, 1, 2])


@pytest.mark.asyncio
async def test_connector_states_come_either_way() -> None:
    async with running() as csms, station(csms) as client:
        await client.call("StatusNotification", AVAILABLE)
        held = await csms.look("connectors", station="CS001")
        assert held == [{"evse": 1, "connector": 1, "status": "Available"}]
        await client.call("NotifyEvent", MINIMAL["NotifyEvent"])
        held = await csms.look("connectors", station="CS001")
        assert held == [{"evse": 1, "connector": 1, "status": "Occupied"}]
