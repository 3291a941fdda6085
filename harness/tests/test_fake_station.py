"""What the fake station does by itself: heartbeats, reports that nobody waits for, its slots."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from harness import clock
from harness.evidence.transcript import Transcript
from harness.ocppj import schema
from harness.operators.hands import Buttons
from harness.peers.fake_station import FakeStation
from harness.peers.station_customers import customer_answer
from harness.peers.station_model import StationModel
from harness.peers.station_triggers import trigger_answer
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.test_admission import NoButtons

pytestmark = pytest.mark.simulated_time

NOW = "2025-01-01T00:00:00Z"


class Csms:
    """Accepts every boot with this interval, and keeps the names of the requests it gets."""

    def __init__(self, interval: int) -> None:
        self.interval = interval
        self.requests: list[str] = []
        self.heard = asyncio.Event()

    async def serve(self, connection: ServerConnection) -> None:
        async for text in connection:
            _call, message_id, action, _payload = json.loads(text)
            self.requests.append(action)
            answer = {"currentTime": NOW}
            if action == "BootNotification":
                answer |= {"interval": self.interval, "status": "Accepted"}
            else:
                self.heard.set()
            await connection.send(json.dumps([3, message_id, answer]))


@asynccontextmanager
async def booted(csms: Csms) -> AsyncIterator[FakeStation]:
    names = [Subprotocol(DEFAULT.subprotocol)]
    async with serve(csms.serve, "127.0.0.1", 0, subprotocols=names) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        limits = Limits(connect=1, event=1, response=5)
        sut = Sut("C", Role.CSMS, url=f"ws://127.0.0.1:{port}", security_profile=0, limits=limits)
        log = Transcript("x")
        station = FakeStation(sut, log, Buttons(NoButtons(), log, sut))
        try:
            await station.connect()
            await station.boot(1, 2)
            yield station
        finally:
            await station.finish()


@pytest.mark.asyncio
async def test_silence_is_broken_by_a_heartbeat() -> None:
    csms = Csms(1)
    async with booted(csms) as station:
        await station.boot(3, 4)
        async with asyncio.timeout(5):
            await csms.heard.wait()
    assert csms.requests == ["BootNotification", "BootNotification", "Heartbeat"]
    assert not station.broken


@pytest.mark.asyncio
async def test_a_connection_that_was_lost_is_no_place_for_a_heartbeat() -> None:
    csms = Csms(1)
    async with booted(csms) as station:
        await station.disconnect()
        # Longer than the interval.
        await clock.sleep(1.2)
        assert csms.requests == ["BootNotification"]
        await station.connect()
        async with asyncio.timeout(5):
            await csms.heard.wait()
    assert not station.broken


@pytest.mark.asyncio
async def test_an_interval_of_0_leaves_it_to_the_station() -> None:
    csms = Csms(0)
    async with booted(csms):
        await clock.sleep(0.1)
    assert csms.requests == ["BootNotification"]


@pytest.mark.asyncio
async def test_a_report_that_was_asked_for_while_it_hung_up_is_not_owed() -> None:
    async with booted(Csms(0)) as station:
        # The request is answered on a connection that is gone by then: the report never begins.
        station._default("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})  # pyright: ignore[reportPrivateUsage]  # what an arriving request calls
        await station.close()
        async with asyncio.timeout(2):
            await station.disconnect()
            await station.connect()
            await station.disconnect()


def _asked(model: StationModel, name: str) -> dict[str, Any]:
    component, variable = name.split(".")
    item = {"component": {"name": component}, "variable": {"name": variable}}
    [result] = model.get_variables({"getVariableData": [item]})["getVariableResult"]
    return result


def test_slots_are_those_of_the_description() -> None:
    model = StationModel({1: (1,)}, (4, 7))
    assert model.value("OCPPCommCtrlr.NetworkConfigurationPriority") == "4"
    lists = [
        item["variableCharacteristics"]["valuesList"]
        for item in model.report("FullInventory")
        if item["variable"]["name"] == "NetworkConfigurationPriority"
    ]
    assert lists == ["4,7"]


def test_a_password_is_told_nobody() -> None:
    model = StationModel({1: (1,)})
    name = "SecurityCtrlr.BasicAuthPassword"
    component, variable = name.split(".")
    item = {"component": {"name": component}, "variable": {"name": variable}}
    said = model.set_variables(
        {"setVariableData": [{**item, "attributeValue": "secret-secret-secret"}]}
    )
    assert said["setVariableResult"][0]["attributeStatus"] == "Accepted"
    asked = _asked(model, name)
    assert asked["attributeStatus"] == "Rejected"
    assert "attributeValue" not in asked
    assert "secret" not in json.dumps(model.report("FullInventory"))


class Sending:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    async def send(self, action: str, payload: Any) -> None:
        self.sent.append((action, payload))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wanted", "evse", "status"),
    [
        ("Heartbeat", None, "Accepted"),
        ("StatusNotification", {"id": 1, "connectorId": 1}, "Accepted"),
        ("StatusNotification", {"id": 9, "connectorId": 1}, "Rejected"),
        ("StatusNotification", None, "Rejected"),
        ("LogStatusNotification", None, "Accepted"),
        ("BootNotification", None, "Rejected"),
        ("SignV2GCertificate", None, "NotImplemented"),
    ],
)
async def test_a_trigger_is_kept_where_it_was_promised(wanted: str, evse: Any, status: str) -> None:
    sending = Sending()
    request = {"requestedMessage": wanted} | ({"evse": evse} if evse else {})
    reply = trigger_answer(request, {(1, 1): "Occupied"}, sending.send, accepted=True)
    assert reply.payload == {"status": status}
    if reply.then is not None:
        await reply.then()
    assert [action for action, _ in sending.sent] == ([wanted] if status == "Accepted" else [])
    for action, payload in sending.sent:
        assert not schema.problems(DEFAULT, f"{action}Request", payload)


@pytest.mark.asyncio
async def test_a_promise_of_the_case_is_about_its_message_alone() -> None:
    async with booted(Csms(60)) as station:
        station.promise("SignChargingStationCertificate", {"status": "Accepted"})
        [asked, other] = [
            station._answers.to("TriggerMessage", {"requestedMessage": message})  # pyright: ignore[reportPrivateUsage]  # what it would say
            for message in ("SignChargingStationCertificate", "SignV2GCertificate")
        ]
        assert asked.payload == {"status": "Accepted"}
        assert asked.then is None
        assert other.payload == {"status": "NotImplemented"}


def test_an_event_has_an_id_that_no_earlier_case_used() -> None:
    sut, log = Sut("CSMS", Role.CSMS), Transcript("x")
    stations = [FakeStation(sut, log, Buttons(NoButtons(), log, sut)) for _ in range(2)]
    events = [each.availability_event("Occupied", 1, 1) for each in (*stations, *stations)]
    assert len({each["eventData"][0]["eventId"] for each in events}) == len(events)


_TOKEN = {"idToken": {"idToken": "T", "type": "Central"}}


@pytest.mark.parametrize(
    ("request_", "status", "told"),
    [
        ({"report": True, "clear": False, **_TOKEN}, "Accepted", "No data found"),
        ({"report": True, "clear": True, "customerIdentifier": "C"}, "Accepted", "No data found"),
        ({"report": False, "clear": True, **_TOKEN}, "Accepted", "Data cleared"),
        ({"report": False, "clear": False, **_TOKEN}, "Rejected", None),
        ({"report": True, "clear": False}, "Invalid", None),
        ({"report": True, "clear": False, "customerIdentifier": "C", **_TOKEN}, "Invalid", None),
    ],
)
@pytest.mark.asyncio
async def test_of_every_customer_it_has_nothing(
    request_: dict[str, Any], status: str, told: str | None
) -> None:
    sent: list[dict[str, Any]] = []

    async def send(action: str, payload: dict[str, Any]) -> None:
        assert action == "NotifyCustomerInformation"
        assert not schema.problems(DEFAULT, f"{action}Request", payload)
        sent.append(payload)

    reply = customer_answer({"requestId": 7, **request_}, send)
    assert reply.payload == {"status": status}
    if reply.then is not None:
        await reply.then()
    assert [(each["requestId"], each["data"]) for each in sent] == ([(7, told)] if told else [])
