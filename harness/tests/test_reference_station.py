"""The reference station: boot, device model, reports, resets, availability."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from harness.reference.station import StationConfig
from harness.tests.small_csms import Payload, SmallCsms, running

pytestmark = pytest.mark.simulated_time

CONFIG = StationConfig("CS001", "")
TWO = StationConfig("CS001", "", evses={1: (1,), 2: (1, 2)})


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


def states(csms: SmallCsms) -> list[tuple[int, int, str]]:
    return [
        (s["evseId"], s["connectorId"], s["connectorStatus"])
        for s in csms.seen("StatusNotification")
    ]


# Boot


@pytest.mark.asyncio
async def test_boot_announces_every_connector_then_a_security_event(csms: SmallCsms) -> None:
    async with running(csms, TWO, booted=False):
        boot = await csms.next("BootNotification")
        assert boot.payload["reason"] == "PowerUp"
        event_at = (await csms.next("SecurityEventNotification")).at
        statuses = [f for f in csms.frames if f.action == "StatusNotification"]
        assert [(f.payload["evseId"], f.payload["connectorId"]) for f in statuses] == [
            (1, 1),
            (2, 1),
            (2, 2),
        ]
        assert all(f.payload["connectorStatus"] == "Available" for f in statuses)
        assert all(boot.at < f.at <= event_at for f in statuses)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["NotifyEvent", "both"])
async def test_connector_states_by_notify_event(csms: SmallCsms, kind: str) -> None:
    config = StationConfig("CS001", "", connector_events=kind)  # type: ignore[arg-type]
    async with running(csms, config, booted=False):
        event = (await csms.next("NotifyEvent")).payload["eventData"][0]
        assert event["trigger"] == "Delta"
        assert event["actualValue"] == "Available"
        assert event["component"] == {"name": "Connector", "evse": {"id": 1, "connectorId": 1}}
        assert event["variable"] == {"name": "AvailabilityState"}
        await csms.quiet()
        sent = [f.action for f in csms.frames]
        assert ("StatusNotification" in sent) == (kind == "both")


@pytest.mark.asyncio
async def test_pending_allows_only_what_the_csms_asked_for(csms: SmallCsms) -> None:
    csms.replies["BootNotification"] = lambda _: csms.boot("Pending", 60)
    async with running(csms, booted=False) as station:
        await csms.next("BootNotification")
        await csms.quiet(0.02)
        assert await csms.set("OCPPCommCtrlr.OfflineThreshold", "123") == "Accepted"
        assert (await csms.get("OCPPCommCtrlr.OfflineThreshold"))["attributeValue"] == "123"
        report = {"requestId": 3, "reportBase": "FullInventory"}
        assert await csms.result("GetBaseReport", report) == {"status": "Accepted"}
        await csms.next("NotifyReport")
        start = {"remoteStartId": 1, "idToken": {"idToken": "A", "type": "Central"}, "evseId": 1}
        assert await csms.result("RequestStartTransaction", start) == {"status": "Rejected"}
        await station.plug_in(1, 1)
        await csms.quiet()
        assert {f.action for f in csms.frames} == {"BootNotification", "NotifyReport"}
        csms.replies["BootNotification"] = lambda _: csms.boot("Accepted")
        trigger = {"requestedMessage": "BootNotification"}
        assert await csms.result("TriggerMessage", trigger) == {"status": "Accepted"}
        assert (await csms.next("BootNotification")).payload["reason"] == "Triggered"
        status = await csms.next("StatusNotification")
        assert status.payload["connectorStatus"] == "Occupied"
        assert await csms.result("TriggerMessage", trigger) == {"status": "Rejected"}


@pytest.mark.asyncio
@pytest.mark.parametrize("closes", [False, True])
async def test_rejected_waits_out_the_interval_in_silence(csms: SmallCsms, closes: bool) -> None:
    csms.replies["BootNotification"] = lambda _: csms.boot("Rejected", 1)
    config = StationConfig("CS001", "", close_while_rejected=closes)
    async with running(csms, config, booted=False):
        first = await csms.next("BootNotification")
        await csms.quiet()
        if closes:
            assert csms.connection is None
        else:
            refused = await csms.ask(
                "GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"}
            )
            assert refused[0] == 4
            assert refused[2] == "SecurityError"
        csms.replies["BootNotification"] = lambda _: csms.boot("Accepted")
        second = await csms.next("BootNotification")
        assert second.at - first.at >= 1.0
        assert csms.frames[1].action == "BootNotification"
        await csms.next("StatusNotification")


@pytest.mark.asyncio
async def test_heartbeats_follow_the_interval(csms: SmallCsms) -> None:
    csms.replies["BootNotification"] = lambda _: csms.boot("Accepted", 1)
    async with running(csms):
        first = await csms.next("Heartbeat")
        second = await csms.next("Heartbeat")
        assert 0.9 < second.at - first.at < 1.5


# Variables


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("OCPPCommCtrlr.OfflineThreshold", "300", "Accepted"),
        ("OCPPCommCtrlr.OfflineThreshold", "300.1", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "-1", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "true", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "abc", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "2025-01-01T00:00:00Z", "Rejected"),
        ("AuthCtrlr.AuthorizeRemoteStart", "true", "Accepted"),
        ("AuthCtrlr.AuthorizeRemoteStart", "1", "Rejected"),
        ("SmartChargingCtrlr.LimitChangeSignificance", "1.5", "Accepted"),
        ("SmartChargingCtrlr.LimitChangeSignificance", "x", "Rejected"),
        ("ClockCtrlr.NextTimeOffsetTransitionDateTime", "2031-01-01T00:00:00Z", "Accepted"),
        ("ClockCtrlr.NextTimeOffsetTransitionDateTime", "2031-02-30T00:00:00Z", "Rejected"),
        ("ClockCtrlr.NextTimeOffsetTransitionDateTime", "300", "Rejected"),
        ("TxCtrlr.TxStartPoint", "PowerPathClosed,Authorized", "Accepted"),
        ("TxCtrlr.TxStartPoint", "Authorized,Authorized", "Rejected"),
        ("TxCtrlr.TxStartPoint", "Nonsense", "Rejected"),
        ("TxCtrlr.TxStartPoint", "", "Rejected"),
        ("SampledDataCtrlr.TxStartedMeasurands", "", "Accepted"),
        ("SecurityCtrlr.BasicAuthPassword", "short", "Rejected"),
        ("SecurityCtrlr.BasicAuthPassword", "0123456789 abcdef", "Rejected"),
        ("OCPPCommCtrlr.NetworkConfigurationPriority", "2", "Rejected"),
        ("OCPPCommCtrlr.NetworkConfigurationPriority", "9", "Rejected"),
        ("OCPPCommCtrlr.ActiveNetworkProfile", "1", "Rejected"),
        ("OCPPCommCtrlr.Unheard", "1", "UnknownVariable"),
        ("UnheardCtrlr.OfflineThreshold", "1", "UnknownComponent"),
    ],
)
async def test_set_variables(csms: SmallCsms, path: str, value: str, status: str) -> None:
    async with running(csms):
        before = await csms.get(path)
        assert await csms.set(path, value) == status
        after = await csms.get(path)
        if status == "Accepted":
            assert after["attributeValue"] == value
        else:
            assert after == before


@pytest.mark.asyncio
async def test_get_variables_answers_each_item_in_its_own_way(csms: SmallCsms) -> None:
    threshold = {
        "component": {"name": "OCPPCommCtrlr"},
        "variable": {"name": "OfflineThreshold"},
    }
    items: list[Payload] = [
        {**threshold, "attributeType": "Actual"},
        {**threshold, "attributeType": "Target"},
        {"component": {"name": "ocppcommctrlr"}, "variable": {"name": "offlinethreshold"}},
        {
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
        },
        {"component": {"name": "DeviceDataCtrlr"}, "variable": {"name": "ItemsPerMessage"}},
        {"component": {"name": "EVSE", "evse": {"id": 9}}, "variable": {"name": "Available"}},
    ]
    async with running(csms):
        answer = await csms.result("GetVariables", {"getVariableData": items})
    results = answer["getVariableResult"]
    assert [r["attributeStatus"] for r in results] == [
        "Accepted",
        "NotSupportedAttributeType",
        "Accepted",
        "Rejected",
        "UnknownVariable",
        "UnknownComponent",
    ]
    assert [r["attributeType"] for r in results[:3]] == ["Actual", "Target", "Actual"]
    assert ["attributeValue" in r for r in results] == [True, False, True, False, False, False]
    assert all(r["variable"] == i["variable"] for r, i in zip(results, items, strict=True))


@pytest.mark.asyncio
@pytest.mark.parametrize("manner", ["reject_rest", "reject_all", "call_error"])
async def test_more_items_than_allowed(csms: SmallCsms, manner: str) -> None:
    path = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
    config = StationConfig("CS001", "", over_limit=manner, values={path: "2"})  # type: ignore[arg-type]
    item = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "OfflineThreshold"}}
    async with running(csms, config):
        frame = await csms.ask("GetVariables", {"getVariableData": [item] * 3})
    if manner == "call_error":
        assert frame[2] == "OccurrenceConstraintViolation"
        return
    statuses = [r["attributeStatus"] for r in frame[2]["getVariableResult"]]
    accepted = ["Accepted"] * 2 if manner == "reject_rest" else []
    assert statuses == accepted + ["Rejected"] * (3 - len(accepted))


@pytest.mark.asyncio
async def test_requests_that_are_wrong_or_unknown(csms: SmallCsms) -> None:
    async with running(csms):
        assert (await csms.ask_raw("Reset", {"type": "Sometime"}))[2] == (
            "PropertyConstraintViolation"
        )
        assert (await csms.ask_raw("Reset", {}))[2] == "OccurrenceConstraintViolation"
        assert (await csms.ask_raw("Reset", {"type": 1}))[2] == "TypeConstraintViolation"
        assert (await csms.ask_raw("Resett", {}))[2] == "NotImplemented"
        assert (await csms.ask_raw("PublishFirmware", {}))[2] == "NotSupported"


# Reports


async def report(csms: SmallCsms, action: str, request: Payload) -> list[Payload]:
    csms.forget()
    answer = await csms.result(action, {"requestId": 7, **request})
    assert answer["status"] == "Accepted"
    parts: list[Payload] = []
    while not parts or parts[-1]["tbc"]:
        parts.append((await csms.next("NotifyReport")).payload)
    assert [p["seqNo"] for p in parts] == list(range(len(parts)))
    assert {p["requestId"] for p in parts} == {7}
    return [data for part in parts for data in part["reportData"]]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [0, 10])
async def test_base_reports(csms: SmallCsms, size: int) -> None:
    async with running(csms, StationConfig("CS001", "", report_parts=size)) as station:
        full = await report(csms, "GetBaseReport", {"reportBase": "FullInventory"})
        assert len(full) == len(station.model.variables)
        for data in full:
            kind = data["variableCharacteristics"]["dataType"]
            assert kind.endswith("List") == bool(data["variableCharacteristics"].get("valuesList"))
            for attribute in data["variableAttribute"]:
                assert ("value" in attribute) == (attribute["mutability"] != "WriteOnly")
        writable = await report(csms, "GetBaseReport", {"reportBase": "ConfigurationInventory"})
        assert writable == [
            d for d in full if d["variableAttribute"][0]["mutability"] != "ReadOnly"
        ]
        summary = await report(csms, "GetBaseReport", {"reportBase": "SummaryInventory"})
        assert {d["variable"]["name"] for d in summary} == {"AvailabilityState"}


@pytest.mark.asyncio
async def test_unsupported_base_report(csms: SmallCsms) -> None:
    config = StationConfig("CS001", "", supports_summary_inventory=False)
    async with running(csms, config):
        request = {"requestId": 1, "reportBase": "SummaryInventory"}
        assert await csms.result("GetBaseReport", request) == {"status": "NotSupported"}
        await csms.quiet()
        assert csms.seen("NotifyReport") == []


@pytest.mark.asyncio
async def test_custom_reports(csms: SmallCsms) -> None:
    state = {"name": "AvailabilityState"}
    items = {"component": {"name": "DeviceDataCtrlr"}, "variable": {"name": "ItemsPerMessage"}}
    one = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": state}
    async with running(csms, TWO):
        every = await report(csms, "GetReport", {"componentVariable": [items]})
        assert [d["variable"]["instance"] for d in every] == [
            "GetReport",
            "GetVariables",
            "SetVariables",
        ]
        single = {**items, "variable": {"name": "ItemsPerMessage", "instance": "GetReport"}}
        assert await report(csms, "GetReport", {"componentVariable": [single]}) == every[:1]
        both = {"component": {"name": "EVSE"}, "variable": state}
        assert len(await report(csms, "GetReport", {"componentVariable": [both]})) == 2
        available = {"componentCriteria": ["Available"], "componentVariable": [one]}
        assert len(await report(csms, "GetReport", available)) == 1
        problem = {"requestId": 1, "componentCriteria": ["Problem"], "componentVariable": [one]}
        assert await csms.result("GetReport", problem) == {"status": "EmptyResultSet"}
        enabled = await report(csms, "GetReport", {"componentCriteria": ["Enabled"]})
        assert {d["variable"]["name"] for d in enabled} == {"Enabled"}


@pytest.mark.asyncio
async def test_optional_variables_may_be_absent(csms: SmallCsms) -> None:
    config = StationConfig(
        "CS001",
        "",
        optional_variables="absent",
        absent=frozenset({"AuthCacheCtrlr.Enabled"}),
        read_only=frozenset({"AuthCtrlr.AuthorizeRemoteStart"}),
    )
    async with running(csms, config):
        names = {
            f"{d['component']['name']}.{d['variable']['name']}"
            for d in await report(csms, "GetBaseReport", {"reportBase": "FullInventory"})
        }
        assert "ClockCtrlr.NextTimeOffsetTransitionDateTime" not in names
        assert "AuthCacheCtrlr.Enabled" not in names
        assert "OCPPCommCtrlr.OfflineThreshold" in names
        assert await csms.set("AuthCtrlr.AuthorizeRemoteStart", "true") == "Rejected"


# Resets and availability


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["OnIdle", "Immediate"])
async def test_reset_of_an_idle_station(csms: SmallCsms, kind: str) -> None:
    async with running(csms, TWO):
        assert await csms.result("Reset", {"type": kind}) == {"status": "Accepted"}
        assert (await csms.next("BootNotification")).payload["reason"] == "RemoteReset"
        event = await csms.next("SecurityEventNotification")
        assert event.payload["type"] == "ResetOrReboot"


@pytest.mark.asyncio
async def test_unavailable_and_reserved_survive_a_reset(csms: SmallCsms) -> None:
    async with running(csms, TWO):
        evse = {"id": 2, "connectorId": 1}
        request = {"operationalStatus": "Inoperative", "evse": evse}
        assert await csms.result("ChangeAvailability", request) == {"status": "Accepted"}
        assert (await csms.next("StatusNotification")).payload["connectorStatus"] == "Unavailable"
        reserve = {
            "id": 4,
            "expiryDateTime": "2050-01-01T00:00:00Z",
            "idToken": {"idToken": "AABB", "type": "ISO14443"},
            "evseId": 1,
        }
        assert await csms.result("ReserveNow", reserve) == {"status": "Accepted"}
        assert (await csms.next("StatusNotification")).payload["connectorStatus"] == "Reserved"
        assert await csms.result("Reset", {"type": "OnIdle"}) == {"status": "Scheduled"}
        assert await csms.result("Reset", {"type": "Immediate"}) == {"status": "Accepted"}
        csms.forget()
        await csms.next("BootNotification")
        await csms.quiet()
        expected = [(1, 1, "Reserved"), (2, 1, "Unavailable"), (2, 2, "Available")]
        assert states(csms) == expected
        assert await csms.result("CancelReservation", {"reservationId": 4}) == {
            "status": "Accepted"
        }
        await csms.next("StatusNotification", evseId=1, connectorStatus="Available")
        assert await csms.result("CancelReservation", {"reservationId": 4}) == {
            "status": "Rejected"
        }


@pytest.mark.asyncio
async def test_reset_of_an_evse(csms: SmallCsms) -> None:
    async with running(csms, TWO):
        assert await csms.result("Reset", {"type": "OnIdle", "evseId": 2}) == {"status": "Accepted"}
        assert await csms.result("Reset", {"type": "OnIdle", "evseId": 3}) == {"status": "Rejected"}
        await csms.quiet()
        assert csms.seen("BootNotification") == []
    async with running(csms, StationConfig("CS001", "", supports_evse_reset=False)):
        assert await csms.result("Reset", {"type": "OnIdle", "evseId": 1}) == {"status": "Rejected"}


@pytest.mark.asyncio
async def test_availability_of_connector_evse_and_station_are_separate(csms: SmallCsms) -> None:
    async with running(csms, TWO):
        for evse in ({"id": 2, "connectorId": 2}, {"id": 2}, None):
            request = {"operationalStatus": "Inoperative", **({"evse": evse} if evse else {})}
            await csms.result("ChangeAvailability", request)
        await csms.quiet()
        assert {s for _, _, s in states(csms)} == {"Unavailable"}
        csms.forget()
        await csms.result("ChangeAvailability", {"operationalStatus": "Operative"})
        await csms.quiet()
        assert states(csms) == [(1, 1, "Available")]
        csms.forget()
        operative = {"operationalStatus": "Operative", "evse": {"id": 2}}
        await csms.result("ChangeAvailability", operative)
        await csms.quiet()
        assert states(csms) == [(2, 1, "Available")]


@pytest.mark.asyncio
async def test_reservation_expires(csms: SmallCsms) -> None:
    async with running(csms) as station:
        reserve = {
            "id": 4,
            "expiryDateTime": station.now(),
            "idToken": {"idToken": "AABB", "type": "ISO14443"},
            "evseId": 1,
        }
        assert await csms.result("ReserveNow", reserve) == {"status": "Accepted"}
        update = await csms.next("ReservationStatusUpdate")
        assert update.payload == {"reservationId": 4, "reservationUpdateStatus": "Expired"}


@pytest.mark.asyncio
@pytest.mark.parametrize("message", ["Heartbeat", "MeterValues", "StatusNotification"])
async def test_triggers(csms: SmallCsms, message: str) -> None:
    async with running(csms):
        request = {"requestedMessage": message, "evse": {"id": 1, "connectorId": 1}}
        assert await csms.result("TriggerMessage", request) == {"status": "Accepted"}
        await csms.next(message)
        unknown = {"requestedMessage": "PublishFirmwareStatusNotification"}
        assert await csms.result("TriggerMessage", unknown) == {"status": "NotImplemented"}


@pytest.mark.asyncio
async def test_stop_is_idempotent_and_leaves_nothing_running(csms: SmallCsms) -> None:
    others = asyncio.all_tasks()
    async with running(csms, StationConfig("CS001", "", background_traffic=True)) as station:
        assert {t for t in asyncio.all_tasks() - others if "reference" in repr(t)} != set()
        await station.stop()
        await station.stop()
        await csms.until(lambda: csms.connection is None)
        assert {t for t in asyncio.all_tasks() - others if "reference" in repr(t)} == set()


@pytest.mark.asyncio
async def test_talkative_station_stays_within_the_schemas(csms: SmallCsms) -> None:
    values = {"AlignedDataCtrlr.Interval": "1"}
    config = StationConfig(
        "CS001", "", background_traffic=True, unavailable_first=True, values=values
    )
    async with running(csms, config):
        for action in ("Heartbeat", "NotifyEvent", "MeterValues", "SecurityEventNotification"):
            await csms.next(action)
        aligned = await csms.next("MeterValues", evseId=1)
        sampled = aligned.payload["meterValue"][0]["sampledValue"][0]
        assert sampled["context"] == "Sample.Clock"


@pytest.mark.asyncio
async def test_slow_station_answers_late(csms: SmallCsms) -> None:
    async with running(csms, StationConfig("CS001", "", response_delay=0.2)):
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await csms.result("ClearCache") == {"status": "Accepted"}
        assert loop.time() - began >= 0.2
