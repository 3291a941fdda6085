"""The reference station: transactions at every start and stop point, and what surrounds them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from harness.reference.station import NotFittedError, Station, StationConfig
from harness.tests.small_csms import Frame, Payload, Refuse, SmallCsms, running

pytestmark = pytest.mark.simulated_time

TOKEN = ("AABBCCDD", "ISO14443")
TOKEN_JSON = {"idToken": TOKEN[0], "type": TOKEN[1]}
Step = tuple[str, str, str | None]


@pytest_asyncio.fixture(loop_scope="function")
async def csms() -> AsyncIterator[SmallCsms]:
    async with SmallCsms().listening() as small:
        yield small


def config(start: str, stop: str, **variant: object) -> StationConfig:
    return StationConfig(
        "CS001",
        "",
        tx_start_points=tuple(start.split(",")),
        tx_stop_points=tuple(stop.split(",")),
        parking_bay_sensor=True,
        **variant,  # type: ignore[arg-type]
    )


async def act(station: Station, csms: SmallCsms, deed: str) -> None:
    if deed == "token":
        await station.present_token(*TOKEN)
    elif deed == "plug":
        await station.plug_in(1, 1)
    elif deed == "unplug":
        await station.unplug(1, 1)
    elif deed == "remote start":
        request = {"remoteStartId": 9, "idToken": TOKEN_JSON, "evseId": 1}
        answer = await csms.result("RequestStartTransaction", request)
        assert answer["status"] == "Accepted"
    elif deed == "remote stop":
        request = {"transactionId": csms.frames[-1].payload["transactionInfo"]["transactionId"]}
        answer = await csms.result("RequestStopTransaction", request)
        assert answer["status"] == "Accepted"
    else:
        await getattr(station, deed)(1)
    await csms.quiet(0.06)


def events(csms: SmallCsms) -> list[Payload]:
    return csms.seen("TransactionEvent")


def steps(csms: SmallCsms) -> list[Step]:
    return [
        (e["eventType"], e["triggerReason"], e["transactionInfo"].get("chargingState"))
        for e in events(csms)
    ]


def check_whole(of: list[Payload]) -> None:
    """What holds for every complete transaction (E01, E03, E06)."""
    assert [e["seqNo"] for e in of] == list(range(len(of)))
    assert len({e["transactionInfo"]["transactionId"] for e in of}) == 1
    assert [e["eventType"] for e in of] == [
        "Started",
        *["Updated"] * (len(of) - 2),
        "Ended",
    ]
    assert "chargingState" in of[0]["transactionInfo"]
    assert sum("evse" in e for e in of) == 1
    contexts = [
        v["context"] for e in of for m in e.get("meterValue", []) for v in m["sampledValue"]
    ]
    assert contexts.count("Transaction.End") == 1
    assert contexts.count("Transaction.Begin") == 2


PLUG = ("CablePluggedIn", "EVConnected")
CHARGE = ("Updated", "ChargingStateChanged", "Charging")
STOP = ("Ended", "StopAuthorized", "EVConnected")
LEFT = ("EVCommunicationLost", "Idle")

STARTS: list[tuple[str, str, list[Step]]] = [
    ("EVConnected", "plug,token", [("Started", *PLUG), ("Updated", "Authorized", None), CHARGE]),
    ("EVConnected", "token,plug", [("Started", *PLUG), CHARGE]),
    ("Authorized", "token,plug", [("Started", "Authorized", "Idle"), ("Updated", *PLUG), CHARGE]),
    ("Authorized", "plug,token", [("Started", "Authorized", "EVConnected"), CHARGE]),
    (
        "ParkingBayOccupancy",
        "drive_in,token,plug",
        [
            ("Started", "EVDetected", "Idle"),
            ("Updated", "Authorized", None),
            ("Updated", *PLUG),
            CHARGE,
        ],
    ),
    (
        "PowerPathClosed",
        "token,plug",
        [("Started", "ChargingStateChanged", "SuspendedEVSE"), CHARGE],
    ),
    ("PowerPathClosed", "plug,token", [("Started", "Authorized", "SuspendedEVSE"), CHARGE]),
    ("EnergyTransfer", "token,plug", [("Started", "ChargingStateChanged", "Charging")]),
    ("EnergyTransfer", "plug,token", [("Started", "ChargingStateChanged", "Charging")]),
    ("DataSigned", "plug,token", [("Started", "SignedDataReceived", "EVConnected"), CHARGE]),
    (
        "EVConnected,Authorized",
        "remote start,plug",
        [("Started", "RemoteStart", "Idle"), ("Updated", *PLUG), CHARGE],
    ),
    (
        "EVConnected",
        "plug,remote start",
        [("Started", *PLUG), ("Updated", "RemoteStart", None), CHARGE],
    ),
    ("EVConnected", "remote start,plug", [("Started", "RemoteStart", "EVConnected"), CHARGE]),
    (
        "PowerPathClosed",
        "remote start,plug",
        [("Started", "RemoteStart", "SuspendedEVSE"), CHARGE],
    ),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("points", "deeds", "expected"), STARTS)
async def test_start_points(csms: SmallCsms, points: str, deeds: str, expected: list[Step]) -> None:
    signed = points == "DataSigned"
    async with running(csms, config(points, "Authorized", signed_readings=signed)) as station:
        for deed in deeds.split(","):
            await act(station, csms, deed)
        assert steps(csms) == expected
        with_token = [e for e in events(csms) if "idToken" in e]
        assert [e["idToken"] for e in with_token] == [TOKEN_JSON]
        remote = [e["transactionInfo"].get("remoteStartId") for e in with_token]
        assert remote == [9 if "remote" in deeds else None]
        await act(station, csms, "token")
        check_whole(events(csms))


STOPS: list[tuple[str, str, list[Step], str]] = [
    ("Authorized", "token,unplug", [STOP], "Local"),
    ("PowerPathClosed", "token,unplug", [STOP], "Local"),
    (
        "EVConnected,Authorized",
        "remote stop,unplug",
        [("Ended", "RemoteStop", "EVConnected")],
        "Remote",
    ),
    ("PowerPathClosed", "unplug", [("Ended", *LEFT)], "EVDisconnected"),
    ("EVConnected", "unplug", [("Ended", *LEFT)], "EVDisconnected"),
    (
        "EVConnected",
        "token,unplug",
        [
            ("Updated", "StopAuthorized", None),
            ("Updated", "ChargingStateChanged", "EVConnected"),
            ("Ended", *LEFT),
        ],
        "Local",
    ),
    (
        "EVConnected",
        "remote stop,unplug",
        [
            ("Updated", "RemoteStop", None),
            ("Updated", "ChargingStateChanged", "EVConnected"),
            ("Ended", *LEFT),
        ],
        "Remote",
    ),
    (
        "ParkingBayOccupancy",
        "token,unplug,drive_out",
        [
            ("Updated", "StopAuthorized", None),
            ("Updated", "ChargingStateChanged", "EVConnected"),
            ("Updated", *LEFT),
            ("Ended", "EVDeparted", "Idle"),
        ],
        "Local",
    ),
    (
        "EnergyTransfer",
        "token",
        [
            ("Updated", "StopAuthorized", None),
            ("Ended", "ChargingStateChanged", "EVConnected"),
        ],
        "Local",
    ),
    (
        "EnergyTransfer",
        "ev_suspend",
        [("Ended", "ChargingStateChanged", "EVConnected")],
        "StoppedByEV",
    ),
    (
        "Authorized",
        "ev_suspend,ev_ready,unplug",
        [
            ("Updated", "ChargingStateChanged", "SuspendedEV"),
            CHARGE,
            ("Ended", *LEFT),
        ],
        "EVDisconnected",
    ),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("points", "deeds", "expected", "reason"), STOPS)
async def test_stop_points(
    csms: SmallCsms, points: str, deeds: str, expected: list[Step], reason: str
) -> None:
    async with running(csms, config("Authorized", points)) as station:
        for deed in ("drive_in", "token", "plug"):
            await act(station, csms, deed)
        begun = len(events(csms))
        for deed in deeds.split(","):
            await act(station, csms, deed)
        assert steps(csms)[begun:] == expected
        check_whole(events(csms))
        assert events(csms)[-1]["transactionInfo"]["stoppedReason"] == reason


@pytest.mark.asyncio
async def test_stop_in_two_events(csms: SmallCsms) -> None:
    async with running(
        csms, config("Authorized", "Authorized", stop_in_two_events=True)
    ) as station:
        for deed in ("token", "plug", "token"):
            await act(station, csms, deed)
        assert steps(csms)[-2:] == [
            ("Updated", "StopAuthorized", None),
            ("Ended", "ChargingStateChanged", "EVConnected"),
        ]
        check_whole(events(csms))


@pytest.mark.asyncio
async def test_ev_that_is_not_ready(csms: SmallCsms) -> None:
    async with running(csms, config("Authorized", "Authorized")) as station:
        for deed in ("ev_suspend", "token", "plug", "ev_ready"):
            await act(station, csms, deed)
        assert steps(csms)[2:] == [
            ("Updated", "ChargingStateChanged", "SuspendedEV"),
            CHARGE,
        ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("stop", "invalid", "expected"),
    [
        ("Authorized", "true", [("Ended", "Deauthorized", "EVConnected")]),
        ("EVConnected", "true", [("Updated", "Deauthorized", "EVConnected")]),
        ("Authorized", "false", [("Updated", "ChargingStateChanged", "SuspendedEVSE")]),
    ],
)
async def test_token_refused_after_the_start(
    csms: SmallCsms, stop: str, invalid: str, expected: list[Step]
) -> None:
    csms.replies["TransactionEvent"] = lambda event: (
        {"idTokenInfo": {"status": "Invalid"}} if "idToken" in event else {}
    )
    variant = config("EVConnected", stop, values={"TxCtrlr.StopTxOnInvalidId": invalid})
    async with running(csms, variant) as station:
        await act(station, csms, "plug")
        await act(station, csms, "token")
        assert steps(csms)[3:] == expected


@pytest.mark.asyncio
async def test_a_refused_driver_gets_as_much_energy_as_is_allowed(csms: SmallCsms) -> None:
    csms.replies["TransactionEvent"] = lambda event: (
        {"idTokenInfo": {"status": "Invalid"}} if "idToken" in event else {}
    )
    values = {"TxCtrlr.StopTxOnInvalidId": "false", "TxCtrlr.MaxEnergyOnInvalidId": "1"}
    variant = config("EVConnected", "Authorized", max_energy_on_invalid_id=True, values=values)
    async with running(csms, variant) as station:
        await act(station, csms, "plug")
        await act(station, csms, "token")
        assert steps(csms)[2:] == [CHARGE]
        await csms.until(lambda: len(steps(csms)) > 3)
        assert steps(csms)[3:] == [("Updated", "ChargingStateChanged", "SuspendedEVSE")]
        assert station.meter.register(station.evses[1]) >= 1
        await act(station, csms, "ev_ready")
        assert len(steps(csms)) == 4


@pytest.mark.asyncio
async def test_token_refused_by_authorize(csms: SmallCsms) -> None:
    csms.replies["Authorize"] = lambda _: {"idTokenInfo": {"status": "Blocked"}}
    async with running(csms, config("Authorized", "Authorized")) as station:
        await act(station, csms, "token")
        assert [f.action for f in csms.frames[-1:]] == ["Authorize"]
        assert events(csms) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("stop", "kind"),
    [("Authorized", "Ended"), ("EVConnected", "Ended"), ("ParkingBayOccupancy", "Updated")],
)
async def test_nothing_plugged_in_before_the_time_out(
    csms: SmallCsms, stop: str, kind: str
) -> None:
    variant = config("Authorized", stop, values={"TxCtrlr.EVConnectionTimeOut": "1"})
    async with running(csms, variant) as station:
        await act(station, csms, "token")
        event = await csms.next("TransactionEvent", triggerReason="EVConnectTimeout")
        assert event.payload["eventType"] == kind
        await act(station, csms, "plug")
        assert "Charging" not in [state for _, _, state in steps(csms)]


@pytest.mark.asyncio
async def test_periodic_meter_values(csms: SmallCsms) -> None:
    variant = config("Authorized", "Authorized", values={"SampledDataCtrlr.TxUpdatedInterval": "1"})
    async with running(csms, variant) as station:
        await act(station, csms, "token")
        event = await csms.next("TransactionEvent", triggerReason="MeterValuePeriodic")
        sampled = event.payload["meterValue"][0]["sampledValue"][0]
        assert sampled["context"] == "Sample.Periodic"


@pytest.mark.asyncio
async def test_immediate_reset_ends_the_transaction_first(csms: SmallCsms) -> None:
    async with running(csms, config("EVConnected", "EVConnected")) as station:
        await act(station, csms, "plug")
        await act(station, csms, "token")
        assert await csms.result("Reset", {"type": "Immediate"}) == {"status": "Accepted"}
        boot = await csms.next("BootNotification")
        assert boot.payload["reason"] == "RemoteReset"
        sent = [f for f in csms.frames if f.action == "TransactionEvent"]
        check_whole([f.payload for f in sent])
        last = sent[-1].payload
        assert sent[-1].at < boot.at
        assert last["triggerReason"] == "ResetCommand"
        assert last["transactionInfo"]["stoppedReason"] == "ImmediateReset"
        assert last["transactionInfo"]["chargingState"] == "EVConnected"
        assert "idToken" not in last
        assert (await csms.next("StatusNotification")).payload["connectorStatus"] == "Occupied"


@pytest.mark.asyncio
async def test_scheduled_reset_waits_for_all_transactions(csms: SmallCsms) -> None:
    variant = StationConfig("CS001", "", evses={1: (1,), 2: (1,)})
    async with running(csms, variant) as station:
        for evse, token in ((1, "AAAA"), (2, "BBBB")):
            await station.plug_in(evse, 1)
            await station.present_token(token, "ISO14443", evse)
        await csms.quiet()
        assert await csms.result("Reset", {"type": "OnIdle"}) == {"status": "Scheduled"}
        await station.present_token("AAAA", "ISO14443", 1)
        await csms.quiet()
        assert csms.seen("BootNotification") == []
        await station.present_token("BBBB", "ISO14443", 2)
        boot = await csms.next("BootNotification")
        assert boot.payload["reason"] == "ScheduledReset"


@pytest.mark.asyncio
async def test_reset_of_one_evse_leaves_the_other_alone(csms: SmallCsms) -> None:
    variant = StationConfig("CS001", "", evses={1: (1,), 2: (1,)})
    async with running(csms, variant) as station:
        await station.plug_in(1, 1)
        await station.plug_in(2, 1)
        await csms.quiet()
        csms.forget()
        request = {"type": "Immediate", "evseId": 2}
        assert await csms.result("Reset", request) == {"status": "Accepted"}
        await csms.quiet()
        assert [e["triggerReason"] for e in events(csms)] == ["ResetCommand"]
        assert station.evses[1].transaction is not None
        assert csms.seen("BootNotification") == []


@pytest.mark.asyncio
async def test_change_of_availability_waits_for_the_transaction(csms: SmallCsms) -> None:
    async with running(csms, config("EVConnected", "EVConnected")) as station:
        await act(station, csms, "plug")
        request = {"operationalStatus": "Inoperative", "evse": {"id": 1}}
        assert await csms.result("ChangeAvailability", request) == {"status": "Scheduled"}
        csms.forget()
        await act(station, csms, "unplug")
        states = [s["connectorStatus"] for s in csms.seen("StatusNotification")]
        assert states == ["Unavailable"]
        start = {"remoteStartId": 1, "idToken": TOKEN_JSON, "evseId": 1}
        assert await csms.result("RequestStartTransaction", start) == {"status": "Rejected"}


@pytest.mark.asyncio
async def test_reserved_evse_admits_only_its_driver(csms: SmallCsms) -> None:
    async with running(csms, config("EVConnected,Authorized", "Authorized")) as station:
        reserve = {
            "id": 4,
            "expiryDateTime": "2050-01-01T00:00:00Z",
            "idToken": TOKEN_JSON,
            "evseId": 1,
        }
        await csms.result("ReserveNow", reserve)
        await act(station, csms, "plug")
        await station.present_token("OTHER", "ISO14443", 1)
        await csms.quiet()
        assert events(csms) == []
        await act(station, csms, "token")
        assert events(csms)[0]["reservationId"] == 4
        assert events(csms)[0]["evse"] == {"id": 1, "connectorId": 1}
        states = [s["connectorStatus"] for s in csms.seen("StatusNotification")]
        assert states == ["Reserved", "Occupied"]


@pytest.mark.asyncio
async def test_refused_events_are_repeated(csms: SmallCsms) -> None:
    answers = iter(["InternalError", "InternalError"])

    def refuse_twice(event: Payload) -> Payload:
        code = next(answers, "")
        if code:
            raise Refuse(code)
        return csms.transaction_event(event)

    csms.replies["TransactionEvent"] = refuse_twice
    path = "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]"
    async with running(csms, config("EVConnected", "EVConnected", values={path: "0"})) as station:
        await act(station, csms, "plug")
        assert [e["seqNo"] for e in events(csms)] == [0, 0, 0]
        await act(station, csms, "unplug")
        assert [e["seqNo"] for e in events(csms)] == [0, 0, 0, 1]
        status = await csms.result("GetTransactionStatus")
        assert status == {"messagesInQueue": False}


@pytest.mark.asyncio
async def test_loss_of_power_ends_the_transaction(csms: SmallCsms) -> None:
    async with running(csms, config("EVConnected", "EVConnected")) as station:
        await act(station, csms, "plug")
        await station.power_cycle()
        assert (await csms.next("BootNotification")).payload["reason"] == "PowerUp"
        ended: Frame = await csms.next("TransactionEvent", eventType="Ended")
        assert ended.payload["transactionInfo"]["stoppedReason"] == "PowerLoss"
        assert ended.payload["offline"] is True
        assert ended.payload["seqNo"] == 1


@pytest.mark.asyncio
async def test_stations_without_a_reader(csms: SmallCsms) -> None:
    async with running(csms, config("Authorized", "Authorized", remote_only=True)) as station:
        with pytest.raises(NotFittedError):
            await station.present_token(*TOKEN)
    async with running(csms, config("Authorized", "Authorized", cable_lock=True)) as station:
        with pytest.raises(NotFittedError):
            await station.plug_in(1, 1)
        await act(station, csms, "token")
        await act(station, csms, "plug")
    csms.forget()
    async with running(csms, config("Authorized", "Authorized", start_button=True)) as station:
        await act(station, csms, "token")
        assert events(csms)[0]["idToken"] == {"idToken": "", "type": "NoAuthorization"}
        assert csms.seen("Authorize") == []


@pytest.mark.asyncio
async def test_remote_start_that_is_authorized_like_a_local_one(csms: SmallCsms) -> None:
    variant = config("Authorized", "Authorized", values={"AuthCtrlr.AuthorizeRemoteStart": "true"})
    async with running(csms, variant) as station:
        await act(station, csms, "remote start")
        assert [f.action for f in csms.frames[-2:]] == ["Authorize", "TransactionEvent"]
        again = {"remoteStartId": 1, "idToken": TOKEN_JSON, "evseId": 1}
        assert await csms.result("RequestStartTransaction", again) == {"status": "Rejected"}


@pytest.mark.asyncio
async def test_cable_that_stays_locked(csms: SmallCsms) -> None:
    values = {
        "OCPPCommCtrlr.UnlockOnEVSideDisconnect": "false",
        "TxCtrlr.StopTxOnEVSideDisconnect": "true",
    }
    variant = config("Authorized", "Authorized", fixed_cable=False, values=values)
    async with running(csms, variant) as station:
        await act(station, csms, "token")
        await act(station, csms, "plug")
        csms.forget()
        await act(station, csms, "unplug")
        assert steps(csms) == [("Ended", *LEFT)]
        await act(station, csms, "unplug")
        assert csms.seen("StatusNotification") == []
        await act(station, csms, "token")
        await act(station, csms, "unplug")
        states = [s["connectorStatus"] for s in csms.seen("StatusNotification")]
        assert states == ["Available"]
