"""The embedded CSMS's requests: limits of the station, what it learns, what it holds."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from harness.reference.csms import CallError, Disconnected, NotOffered, NotPossible
from harness.reference.rpc import Message
from harness.spec.editions import DEFAULT
from harness.tests.station_client import BOOT, NOW, Json, running, station, validate

pytestmark = pytest.mark.simulated_time

OCPP = Subprotocol(DEFAULT.subprotocol)


def named(component: str, variable: str, instance: str = "") -> Json:
    address: Json = {"component": {"name": component}, "variable": {"name": variable}}
    if instance:
        address["variable"]["instance"] = instance
    return address


def read_out(values: dict[str, str]) -> Any:
    """A GetVariables reply: values by variable name and instance, "?" for all others."""

    def reply(request: Json) -> Json:
        results = [
            named(d["component"]["name"], d["variable"]["name"], d["variable"].get("instance", ""))
            | {
                "attributeStatus": "Accepted",
                "attributeValue": values.get(
                    d["variable"]["name"] + d["variable"].get("instance", ""), "?"
                ),
            }
            for d in request["getVariableData"]
        ]
        return {"getVariableResult": results}

    return reply


def taken_over(request: Json) -> Json:
    return {
        "setVariableResult": [
            {k: d[k] for k in ("component", "variable", "attributeType") if k in d}
            | {"attributeStatus": "Accepted"}
            for d in request["setVariableData"]
        ]
    }


FIVE = [
    named("DeviceDataCtrlr", "ItemsPerMessage", "GetReport"),
    named("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"),
    named("DeviceDataCtrlr", "BytesPerMessage", "GetReport"),
    named("DeviceDataCtrlr", "BytesPerMessage", "GetVariables"),
    named("AuthCtrlr", "AuthorizeRemoteStart"),
]


@pytest.mark.asyncio
async def test_lists_are_split_as_the_station_wants() -> None:
    async with running() as csms, station(csms) as client:
        client.replies["GetVariables"] = read_out({"ItemsPerMessageGetVariables": "4"})
        all_at_once = await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE})
        assert len(all_at_once["getVariableResult"]) == 5
        assert len((await client.next_asked())[1]["getVariableData"]) == 5
        answer = await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE})
        first, second = await client.next_asked(), await client.next_asked()
        assert first == ("GetVariables", {"getVariableData": FIVE[:4]})
        assert second == ("GetVariables", {"getVariableData": FIVE[4:]})
        assert client.asked.empty()
        assert len(answer["getVariableResult"]) == 5
        assert "customData" not in answer


@pytest.mark.asyncio
async def test_lists_are_split_by_size() -> None:
    async with running() as csms, station(csms) as client:
        client.replies["GetVariables"] = read_out({"BytesPerMessageGetVariables": "400"})
        await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE})
        await client.next_asked()
        await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE})
        sizes = []
        while not client.asked.empty():
            sizes.append(len((await client.next_asked())[1]["getVariableData"]))
        assert sum(sizes) == 5
        assert max(sizes) < 5


@pytest.mark.asyncio
async def test_same_setting_twice_goes_in_two_messages() -> None:
    threshold = named("OCPPCommCtrlr", "OfflineThreshold")
    data = [threshold | {"attributeValue": value} for value in ("1", "2")]
    async with running() as csms, station(csms) as client:
        client.replies["SetVariables"] = taken_over
        await csms.ask("CS001", "SetVariables", {"setVariableData": data})
        for value in ("1", "2"):
            [setting] = (await client.next_asked())[1]["setVariableData"]
            assert setting["attributeValue"] == value


@pytest.mark.asyncio
async def test_values_read_and_set_are_held_by_attribute() -> None:
    facts = {"station": "CS001", "component": "ocppcommctrlr", "variable": "OfflineThreshold"}
    threshold = named("OCPPCommCtrlr", "OfflineThreshold")
    async with running() as csms, station(csms) as client:
        assert await csms.look("variable", **facts) is None
        client.replies["GetVariables"] = read_out({"OfflineThreshold": "60"})
        await csms.ask("CS001", "GetVariables", {"getVariableData": [threshold]})
        assert await csms.look("variable", **facts) == "60"
        client.replies["SetVariables"] = taken_over
        target = threshold | {"attributeValue": "123", "attributeType": "Target"}
        await csms.ask("CS001", "SetVariables", {"setVariableData": [target]})
        assert await csms.look("variable", **facts) == "60"
        assert await csms.look("variable", **facts, attribute_type="Target") == "123"


@pytest.mark.asyncio
async def test_refused_setting_is_not_held() -> None:
    facts = {"station": "CS001", "component": "OCPPCommCtrlr", "variable": "OfflineThreshold"}
    threshold = named("OCPPCommCtrlr", "OfflineThreshold")
    async with running() as csms, station(csms) as client:
        client.replies["SetVariables"] = {
            "setVariableResult": [threshold | {"attributeStatus": "Rejected"}]
        }
        data = [threshold | {"attributeValue": "123"}]
        await csms.ask("CS001", "SetVariables", {"setVariableData": data})
        assert await csms.look("variable", **facts) is None


def part(request_id: int, seq_no: int, variable: str, value: str, **fields: Any) -> Json:
    data = named("EVSE", variable) | {"variableAttribute": [{"value": value}]}
    return {
        "requestId": request_id,
        "generatedAt": NOW,
        "seqNo": seq_no,
        "reportData": [data],
    } | fields


@pytest.mark.asyncio
async def test_report_is_complete_when_all_parts_are_here() -> None:
    async with running() as csms, station(csms) as client:
        client.replies["GetBaseReport"] = {"status": "Accepted"}
        await csms.ask("CS001", "GetBaseReport", {"reportBase": "FullInventory"})
        number = (await client.next_asked())[1]["requestId"]
        await client.call("NotifyReport", part(number, 0, "A", "1", tbc=True))
        await client.call("NotifyReport", part(number, 2, "C", "3"))
        assert not (await csms.look("report", station="CS001"))["complete"]
        await client.call("NotifyReport", part(number, 1, "B", "2", tbc=True))
        report = await csms.look("report", station="CS001", request_id=number)
        assert (report["complete"], report["parts"]) == (True, 3)
        assert [item["variable"]["name"] for item in report["data"]] == ["A", "B", "C"]
        facts = {"station": "CS001", "component": "EVSE", "variable": "C"}
        assert await csms.look("variable", **facts) == "3"
        assert await csms.look("report", station="CS001", request_id=number + 1) is None


@pytest.mark.asyncio
async def test_empty_result_set_opens_no_report() -> None:
    async with running() as csms, station(csms) as client:
        client.replies["GetReport"] = {"status": "EmptyResultSet"}
        await csms.ask("CS001", "GetReport", {"componentCriteria": ["Problem"]})
        assert await csms.look("report", station="CS001") is None


@pytest.mark.asyncio
async def test_split_reports_have_numbers_of_their_own() -> None:
    wanted = [named("EVSE", name) for name in ("A", "B", "C")]
    async with running() as csms, station(csms) as client:
        client.replies["GetVariables"] = read_out({"ItemsPerMessageGetReport": "2"})
        await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE[:1]})
        await client.next_asked()
        client.replies["GetReport"] = {"status": "Accepted"}
        await csms.ask("CS001", "GetReport", {"requestId": 77, "componentVariable": wanted})
        first, second = (await client.next_asked())[1], (await client.next_asked())[1]
        assert (first["requestId"], len(first["componentVariable"])) == (77, 2)
        assert second["requestId"] != 77
        assert len(second["componentVariable"]) == 1


@pytest.mark.parametrize("status", ["Accepted", "Failed"])
@pytest.mark.asyncio
async def test_network_profile_is_held_with_the_answer(status: str) -> None:
    profile = {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppCsmsUrl": "ws://127.0.0.1:9/ocpp",
        "messageTimeout": 30,
        "securityProfile": 1,
        "ocppInterface": "Wired0",
    }
    request = {"configurationSlot": 2, "connectionData": profile}
    async with running() as csms, station(csms) as client:
        assert await csms.look("network_profile", station="CS001", slot=2) is None
        client.replies["SetNetworkProfile"] = {"status": status}
        assert await csms.ask("CS001", "SetNetworkProfile", request) == {"status": status}
        held = await csms.look("network_profile", station="CS001", slot=2)
        assert held == {"status": status, "profile": profile}


@pytest.mark.asyncio
async def test_csr_is_answered_with_a_certificate() -> None:
    async with running(sign_csr=lambda csr: f"chain for {csr}") as csms, station(csms) as client:
        client.replies["CertificateSigned"] = {"status": "Accepted"}
        assert await client.call("SignCertificate", {"csr": "C"}) == {"status": "Accepted"}
        action, payload = await client.next_asked()
        assert (action, payload["certificateChain"]) == ("CertificateSigned", "chain for C")
        assert payload["certificateType"] == "ChargingStationCertificate"


@pytest.mark.asyncio
async def test_what_cannot_be_sent_says_why() -> None:
    async with running() as csms:
        with pytest.raises(NotPossible, match="not connected"):
            await csms.ask("CS001", "ClearCache", {})
        with pytest.raises(NotPossible, match="CS9"):
            await csms.ask("CS9", "ClearCache", {})
        with pytest.raises(NotPossible, match="Nonsense"):
            await csms.ask("CS001", "Nonsense", {})
        with pytest.raises(NotPossible, match="type"):
            await csms.ask("CS001", "Reset", {"type": "Now"})
        with pytest.raises(NotOffered, match="harness-probe-nonsense"):
            await csms.arrange("harness-probe-nonsense")
        with pytest.raises(NotOffered, match="surplus"):
            await csms.arrange("token", surplus=1)
        with pytest.raises(NotOffered, match="nonsense"):
            await csms.look("nonsense", station="CS001")


@pytest.mark.asyncio
async def test_failures_of_the_station_reach_the_caller() -> None:
    async with running(call_timeout=0.2) as csms, station(csms) as client:

        def silent(message: Message) -> list[Message | str]:
            return [] if message.action == "ClearCache" else [message]

        csms.filters.append(silent)
        with pytest.raises(TimeoutError):
            await csms.ask("CS001", "ClearCache", {})
        csms.filters.clear()
        client.replies["ClearCache"] = {"status": "perhaps"}
        with pytest.raises(NotPossible, match="ClearCacheResponse"):
            await csms.ask("CS001", "ClearCache", {})


@pytest.mark.asyncio
async def test_callerror_and_disconnection_reach_the_caller() -> None:
    async with running() as csms, station(csms) as client:
        client.replies["ClearCache"] = CallError("NotSupported")
        with pytest.raises(CallError, match="NotSupported"):
            await csms.ask("CS001", "ClearCache", {})
        client.replies["ClearCache"] = Disconnected()
        with pytest.raises(Disconnected):
            await csms.ask("CS001", "ClearCache", {})


@pytest.mark.asyncio
async def test_extras_are_legal_in_requests_too() -> None:
    async with running(extra_fields=True) as csms, station(csms) as client:
        client.replies["GetVariables"] = read_out({})
        await csms.ask("CS001", "GetVariables", {"getVariableData": FIVE[:1]})
        payload = (await client.next_asked())[1]
        assert "customData" in payload
        assert "customData" in payload["getVariableData"][0]["component"]


@pytest.mark.asyncio
async def test_replaced_method_is_used_at_once() -> None:
    async with running() as csms, station(csms) as client:
        csms.answers.heartbeat = lambda *_: {"currentTime": NOW}  # type: ignore[method-assign]  # as faults do
        assert await client.call("Heartbeat", {}) == {"currentTime": NOW}
        csms.answers.heartbeat = lambda *_: 1 / 0  # type: ignore[method-assign, assignment]  # as above
        assert await client.refused("Heartbeat", {}) == "InternalError"
        assert (await client.call("BootNotification", BOOT))["status"] == "Accepted"


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("{", "-1", "RpcFrameworkError"),
        ("{}", "-1", "RpcFrameworkError"),
        ("[]", "-1", "RpcFrameworkError"),
        ('[2, 7, "Heartbeat", {}]', "-1", "RpcFrameworkError"),
        (f'[2, "{"x" * 37}", "Heartbeat", {{}}]', "-1", "RpcFrameworkError"),
        ('[2, "7", "Heartbeat"]', "7", "RpcFrameworkError"),
        ('[2, "7", [], {}]', "7", "RpcFrameworkError"),
        ('[9, "7", "Heartbeat", {}]', "7", "MessageTypeNotSupported"),
    ],
)
@pytest.mark.asyncio
async def test_unreadable_frames_are_answered_and_survived(
    text: str, number: str, code: str
) -> None:
    async with running() as csms, connect(csms.url + "/CS001", subprotocols=[OCPP]) as socket:
        await socket.send(text)
        assert json.loads(await asyncio.wait_for(socket.recv(), 5))[:3] == [4, number, code]
        await socket.send('[2, "8", "Heartbeat", {}]')
        assert json.loads(await asyncio.wait_for(socket.recv(), 5))[:2] == [3, "8"]


def test_the_validator_of_these_tests_can_refuse() -> None:
    with pytest.raises(Exception, match="interval"):
        validate("BootNotificationResponse", {"currentTime": NOW, "status": "Accepted"})
