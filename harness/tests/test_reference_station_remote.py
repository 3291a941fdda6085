"""The reference station under remote control: locks, triggers, availability, files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from harness.pki.firmware import make_signer
from harness.reference.station import StationConfig
from harness.reference.station.image import make_image
from harness.tests.small_csms import Payload, SmallCsms, running

pytestmark = pytest.mark.simulated_time

EVSES = {1: (1, 2), 2: (1,)}
TOKEN = {"idToken": "AA", "type": "ISO14443"}
PLACE = {"evseId": 1, "connectorId": 1}
IMAGE = make_image("2.0.0")


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


def config(**variant: Any) -> StationConfig:
    given: dict[str, Any] = {"evses": EVSES, "fixed_cable": False, **variant}
    return StationConfig("CS001", "", **given)


async def told(csms: SmallCsms, action: str, request: Payload) -> tuple[str, list[str]]:
    """Status of the answer, and what the station sends because of it."""
    await csms.quiet()
    csms.forget()
    before = len(csms.frames)
    answer = await csms.result(action, request)
    await csms.quiet()
    return str(answer["status"]), [f.action for f in csms.frames[before:]]


async def states(csms: SmallCsms, place: Payload, status: str) -> tuple[str, dict[Any, str]]:
    """Status of the answer, and the states that are told after it."""
    request = {"operationalStatus": status, **({"evse": place} if place else {})}
    answer, _ = await told(csms, "ChangeAvailability", request)
    reports = csms.seen("StatusNotification")
    return answer, {(r["evseId"], r["connectorId"]): r["connectorStatus"] for r in reports}


@pytest.mark.asyncio
async def test_a_plug_is_locked_in_until_it_is_let_go(csms: SmallCsms) -> None:
    async with running(csms, config()) as station:
        assert await told(csms, "UnlockConnector", PLACE) == ("Unlocked", [])
        await station.plug_in(1, 1)
        assert await station.look("lock", 1, 1) is True
        assert await station.look("lock", 2, 1) is False
        assert (await told(csms, "UnlockConnector", PLACE))[0] == "Unlocked"
        assert await station.look("lock", 1, 1) is False
        await station.present_token("AA", "ISO14443", 1)
        await csms.quiet()
        assert await station.look("lock", 1, 1) is True
        assert (await told(csms, "UnlockConnector", PLACE))[0] == "OngoingAuthorizedTransaction"
        assert await station.look("lock", 1, 1) is True
        unknown = {"evseId": 1, "connectorId": 999}
        assert (await told(csms, "UnlockConnector", unknown))[0] == "UnknownConnector"


@pytest.mark.asyncio
async def test_a_lock_that_fails_lets_nothing_charge(csms: SmallCsms) -> None:
    async with running(csms, config(lock_fails=True)) as station:
        await station.plug_in(1, 1)
        await station.present_token("AA", "ISO14443", 1)
        await csms.quiet()
        [event] = csms.seen("NotifyEvent")[0]["eventData"]
        assert event["component"]["name"] == "ConnectorPlugRetentionLock"
        assert (event["variable"]["name"], event["actualValue"]) == ("Problem", "true")
        told = [e["transactionInfo"].get("chargingState") for e in csms.seen("TransactionEvent")]
        assert "Charging" not in told


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("message", "evse", "expected"),
    [
        ("Heartbeat", None, ("Accepted", ["Heartbeat"])),
        ("Heartbeat", {"id": 1}, ("Accepted", ["Heartbeat"])),
        ("MeterValues", {"id": 1}, ("Accepted", ["MeterValues"])),
        ("MeterValues", None, ("Accepted", ["MeterValues", "MeterValues"])),
        ("MeterValues", {"id": 7}, ("Rejected", [])),
        ("TransactionEvent", None, ("Rejected", [])),
        ("LogStatusNotification", None, ("Accepted", ["LogStatusNotification"])),
        ("FirmwareStatusNotification", {"id": 1}, ("Accepted", ["FirmwareStatusNotification"])),
        ("StatusNotification", {"id": 1, "connectorId": 2}, ("Accepted", ["StatusNotification"])),
        ("StatusNotification", {"id": 1}, ("Rejected", [])),
        ("BootNotification", None, ("Rejected", [])),
        ("SignCombinedCertificate", None, ("NotImplemented", [])),
        ("SignV2GCertificate", None, ("NotImplemented", [])),
        ("PublishFirmwareStatusNotification", None, ("NotImplemented", [])),
    ],
)
async def test_a_trigger_brings_what_it_promises(
    csms: SmallCsms, message: str, evse: Payload | None, expected: tuple[str, list[str]]
) -> None:
    request = {"requestedMessage": message, **({"evse": evse} if evse else {})}
    async with running(csms, config()):
        assert await told(csms, "TriggerMessage", request) == expected
        for frame in csms.frames[-1:]:
            assert frame.payload.get("status", "Idle") == "Idle"


@pytest.mark.asyncio
async def test_a_trigger_while_charging_tells_of_each_transaction(csms: SmallCsms) -> None:
    async with running(csms, config()) as station:
        for evse, token in ((1, "AA"), (2, "BB")):
            await station.plug_in(evse, 1)
            await station.present_token(token, "ISO14443", evse)
        await csms.quiet()
        wanted = {"requestedMessage": "TransactionEvent"}
        assert await told(csms, "TriggerMessage", wanted) == ("Accepted", ["TransactionEvent"] * 2)
        assert (
            len({e["transactionInfo"]["transactionId"] for e in csms.seen("TransactionEvent")}) == 2
        )
        for event in csms.seen("TransactionEvent"):
            assert event["triggerReason"] == "Trigger"
            assert event["transactionInfo"]["chargingState"] == "Charging"
            assert event["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"
        wanted = {"requestedMessage": "MeterValues", "evse": {"id": 2}}
        assert await told(csms, "TriggerMessage", wanted) == ("Accepted", ["MeterValues"])


@pytest.mark.asyncio
async def test_parents_and_children_keep_states_of_their_own(csms: SmallCsms) -> None:
    async with running(csms, config()) as station:
        one, evse = {"id": 1, "connectorId": 2}, {"id": 1}
        first, second, third = (1, 1), (1, 2), (2, 1)
        assert await states(csms, one, "Inoperative") == ("Accepted", {second: "Unavailable"})
        assert await states(csms, evse, "Inoperative") == ("Accepted", {first: "Unavailable"})
        assert await states(csms, {}, "Inoperative") == ("Accepted", {third: "Unavailable"})
        assert await states(csms, {}, "Inoperative") == ("Accepted", {})
        assert await states(csms, evse, "Operative") == ("Accepted", {})
        await station.power_cycle()
        await csms.next("SecurityEventNotification")
        await csms.quiet()
        assert await states(csms, {}, "Operative") == (
            "Accepted",
            {first: "Available", third: "Available"},
        )
        assert await states(csms, one, "Operative") == ("Accepted", {second: "Available"})
        assert (await states(csms, {"id": 9}, "Operative"))[0] == "Rejected"


@pytest.mark.asyncio
@pytest.mark.parametrize("whole", [False, True])
async def test_a_station_becomes_inoperative_when_its_drivers_are_done(
    csms: SmallCsms, whole: bool
) -> None:
    async with running(csms, config(inoperative_as_a_whole=whole)) as station:
        await station.plug_in(1, 1)
        await station.present_token("AA", "ISO14443", 1)
        await csms.quiet()
        status, told = await states(csms, {}, "Inoperative")
        assert status == "Scheduled"
        assert told == ({} if whole else {(2, 1): "Unavailable"})
        csms.forget()
        await station.present_token("AA", "ISO14443", 1)
        await csms.quiet()
        reports = csms.seen("StatusNotification")
        assert {r["connectorStatus"] for r in reports} == {"Unavailable"}
        assert len(reports) == (3 if whole else 2)
        start = {"remoteStartId": 1, "idToken": TOKEN, "evseId": 2}
        assert await csms.result("RequestStartTransaction", start) == {"status": "Rejected"}


class Store:
    """Takes and gives files, once it is let to."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        await request.read()
        await self.free.wait()
        return web.Response(body=IMAGE)


@asynccontextmanager
async def storing() -> AsyncIterator[Store]:
    store = Store()
    app = web.Application()
    app.router.add_route("*", "/{name}", store.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    store.url = f"http://{host}:{port}/file"
    try:
        yield store
    finally:
        store.free.set()
        await runner.cleanup()


def statuses(csms: SmallCsms, action: str) -> list[tuple[str, int | None]]:
    return [(each["status"], each.get("requestId")) for each in csms.seen(action)]


async def log_status(csms: SmallCsms, what: str) -> list[tuple[str, int | None]]:
    await told(csms, "TriggerMessage", {"requestedMessage": what})
    return statuses(csms, what)


@pytest.mark.asyncio
async def test_a_log_is_uploaded_and_told_of(csms: SmallCsms) -> None:
    request = {"logType": "DiagnosticsLog", "requestId": 5, "log": {"remoteLocation": ""}}
    async with storing() as store, running(csms, config()):
        request["log"] = {"remoteLocation": store.url}
        answer = await csms.result("GetLog", request)
        assert answer == {"status": "Accepted", "filename": "diagnostics.log"}
        await csms.next("LogStatusNotification", status="Uploading", requestId=5)
        assert await log_status(csms, "LogStatusNotification") == [("Uploading", 5)]
        again = {**request, "requestId": 6}
        assert (await csms.result("GetLog", again))["status"] == "AcceptedCanceled"
        await csms.next("LogStatusNotification", status="AcceptedCanceled", requestId=5)
        store.free.set()
        await csms.next("LogStatusNotification", status="Uploaded", requestId=6)
        assert await log_status(csms, "LogStatusNotification") == [("Idle", None)]


async def update_from(csms: SmallCsms, location: str, number: int, image: bytes = b"") -> Payload:
    """UpdateFirmwareRequest whose signer the station trusts from now on."""
    signer = make_signer()
    root = {"certificateType": "ManufacturerRootCertificate", "certificate": signer.root_pem}
    assert await csms.result("InstallCertificate", root) == {"status": "Accepted"}
    firmware = {
        "location": location,
        "retrieveDateTime": "2020-01-01T00:00:00Z",
        "signingCertificate": signer.pem,
        "signature": signer.sign(image),
    }
    return {"requestId": number, "firmware": firmware}


@pytest.mark.asyncio
async def test_firmware_is_downloaded_and_told_of(csms: SmallCsms) -> None:
    async with storing() as store, running(csms, config()):
        request = await update_from(csms, store.url, 8, IMAGE)
        assert await csms.result("UpdateFirmware", request) == {"status": "Accepted"}
        await csms.next("FirmwareStatusNotification", status="Downloading", requestId=8)
        assert await log_status(csms, "FirmwareStatusNotification") == [("Downloading", 8)]
        store.free.set()
        for status in ("Downloaded", "Installing", "Installed"):
            await csms.next("FirmwareStatusNotification", status=status, requestId=8)
        assert await log_status(csms, "FirmwareStatusNotification") == [("Idle", None)]


@pytest.mark.asyncio
async def test_a_file_that_is_not_to_be_had(csms: SmallCsms) -> None:
    nowhere = "http://127.0.0.1:9/none"
    log = {"logType": "SecurityLog", "requestId": 1, "log": {"remoteLocation": nowhere}}
    async with running(csms, config()):
        await csms.result("GetLog", log)
        await csms.next("LogStatusNotification", status="UploadFailure", requestId=1)
        await csms.result("UpdateFirmware", await update_from(csms, nowhere, 2))
        await csms.next("FirmwareStatusNotification", status="DownloadFailed", requestId=2)
        assert await log_status(csms, "FirmwareStatusNotification") == [("DownloadFailed", 2)]
