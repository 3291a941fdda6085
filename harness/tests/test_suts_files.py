"""The descriptions that come with the harness, and the pure parts of their operators."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from harness.operators import OperatorFailed, Unsupported, make
from harness.operators.probe import NONSENSE
from harness.sut.file import load
from harness.sut.model import Sut
from harness.suts import sap
from harness.suts.citrineos import CitrineOs, not_sent, without_null
from harness.suts.sap import SapSimulator
from harness.suts.sap_session import (
    Call,
    Place,
    demand,
    plug_in,
    points_of,
    present,
    refused,
    unplug,
)
from harness.suts.shiv3 import Shiv3, result_in

FOLDER = Path(str(resources.files("harness").joinpath("suts")))
PASSWORDS = (
    "SAP_STATION_PASSWORD",
    "SHIV3_STATION_PASSWORD",
    "CITRINEOS_STATION_PASSWORD",
    "STATION_PASSWORD",
    "CSMS_STATION_PASSWORD",
    "CSMS_API_TOKEN",
)
ENVIRONMENT = {
    **dict.fromkeys(PASSWORDS, "a-password-of-the-right-length"),
    "CITRINEOS_CA_FILE": str(FOLDER / "citrineos.yaml"),  # any file: nothing connects here
}
DESCRIPTIONS = sorted(path.name for path in FOLDER.glob("*.yaml"))
REAL = [name for name in DESCRIPTIONS if not name.startswith(("embedded_", "example_"))]
TOKEN = {"idToken": "AABBCCDD", "type": "ISO14443"}
START = frozenset({"EVConnected", "Authorized"})
STOP = frozenset({"EVConnected"})


def described(name: str) -> Sut:
    return load(FOLDER / name, ENVIRONMENT)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_that_comes_with_the_harness_loads(name: str) -> None:
    assert described(name).name


@pytest.mark.asyncio
@pytest.mark.parametrize("name", REAL)
async def test_the_operator_of_a_real_system_refuses_nonsense(name: str) -> None:
    sut = described(name)
    operator = make(sut.operator, sut)
    await operator.start()
    try:
        with pytest.raises(Unsupported):
            await operator.perform(NONSENSE)
    finally:
        await operator.close()


@pytest.mark.parametrize("name", REAL)
def test_the_operator_moves_the_station_that_is_described(name: str) -> None:
    sut = described(name)
    assert sut.operator.settings["identity"] == sut.identity


@pytest.mark.asyncio
@pytest.mark.parametrize("hand", ["drive_in", "unplug_ev"])
async def test_what_the_simulator_does_not_model_is_unsupported(hand: str) -> None:
    with pytest.raises(Unsupported):
        await SapSimulator("S", "ws://127.0.0.1:1").perform(hand, evse=1)


@pytest.mark.asyncio
async def test_a_message_that_citrineos_cannot_send_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="NotifyReport"):
        await CitrineOs("S", "http://127.0.0.1:1").perform(
            "ask", message="NotifyReport", payload={}
        )


@pytest.mark.asyncio
async def test_a_report_of_citrineos_cannot_be_looked_at_without_its_database() -> None:
    with pytest.raises(Unsupported, match="psql"):
        await CitrineOs("S", "http://127.0.0.1:1").perform("look", what="report", request_id=1)


@pytest.mark.asyncio
async def test_the_network_profile_of_citrineos_cannot_be_arranged_without_its_database() -> None:
    with pytest.raises(Unsupported, match="psql"):
        await CitrineOs("S", "http://127.0.0.1:1").perform(
            "arrange", what="security_profile", profile=2
        )


@pytest.mark.asyncio
async def test_a_security_profile_that_citrineos_has_no_server_for_is_not_arranged() -> None:
    prints_nothing = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    citrineos = CitrineOs("S", "http://127.0.0.1:1", psql=prints_nothing)
    with pytest.raises(OperatorFailed, match="no server for security profile 2"):
        await citrineos.perform("arrange", what="security_profile", profile=2)


# -- what the answers of CitrineOS mean


def test_a_message_was_sent_if_every_sending_succeeded() -> None:
    assert not_sent([{"success": True}, {"success": True}]) == ""


def test_a_message_to_a_station_that_is_not_connected_was_not_sent() -> None:
    assert "No connection" in not_sent(
        [{"success": True}, {"success": False, "payload": "No connection"}]
    )


@pytest.mark.parametrize("answer", [None, [], {"error": "x"}, "ok"])
def test_an_answer_that_says_nothing_of_a_sending_is_no_success(answer: object) -> None:
    assert not_sent(answer)


def test_fields_without_value_are_left_out() -> None:
    held = {"component": {"name": "EVSE", "instance": None, "evse": {"id": 1, "connectorId": None}}}
    assert without_null([held]) == [{"component": {"name": "EVSE", "evse": {"id": 1}}}]


# -- what a driver's act means at the simulator


def events(calls: list[Call]) -> list[tuple[str, str, str]]:
    told = [call.payload for call in calls if call.procedure == "transactionEvent"]
    return [(each["eventType"], each["triggerReason"], each["chargingState"]) for each in told]


def states(calls: list[Call]) -> list[str]:
    return [call.payload["status"] for call in calls if call.procedure == "statusNotification"]


def test_plugging_in_first_starts_a_transaction_and_the_token_lets_energy_flow() -> None:
    place = Place(1, 1)
    plugged = plug_in(place, START)
    assert states(plugged) == ["Occupied"]
    assert events(plugged) == [("Started", "CablePluggedIn", "EVConnected")]
    assert events(present(place, TOKEN, START)) == [
        ("Updated", "Authorized", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]


def test_the_token_first_starts_a_transaction_and_plugging_in_lets_energy_flow() -> None:
    place = Place(1, 1)
    assert events(present(place, TOKEN, START)) == [("Started", "Authorized", "Idle")]
    assert events(plug_in(place, START)) == [
        ("Updated", "CablePluggedIn", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]


def test_all_events_of_a_transaction_have_its_id() -> None:
    place = Place(1, 1)
    calls = [*plug_in(place, START), *present(place, TOKEN, START), *unplug(place, STOP)]
    ids = {c.payload["transactionId"] for c in calls if c.procedure == "transactionEvent"}
    assert len(ids) == 1
    assert ids != {""}


def test_the_token_again_stops_and_unplugging_ends() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    present(place, TOKEN, START)
    assert place.would_stop({"idToken": "aabbccdd", "type": "ISO14443"})
    assert events(present(place, TOKEN, STOP)) == [("Updated", "StopAuthorized", "EVConnected")]
    ended = unplug(place, STOP)
    assert states(ended) == ["Available"]
    assert events(ended) == [("Ended", "EVCommunicationLost", "Idle")]
    assert ended[-1].payload["stoppedReason"] == "Local"


def test_unplugging_without_a_stop_ends_for_that_reason() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    assert unplug(place, STOP)[-1].payload["stoppedReason"] == "EVDisconnected"


def test_the_token_again_ends_where_that_is_the_stop_point() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    present(place, TOKEN, START)
    ended = present(place, TOKEN, frozenset({"Authorized"}))
    assert events(ended) == [("Ended", "StopAuthorized", "EVConnected")]
    assert events(unplug(place, STOP)) == []


def test_another_token_stops_nothing() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    present(place, TOKEN, START)
    other = {"idToken": "AABBCCEE", "type": "ISO14443"}
    assert not place.would_stop(other)
    assert present(place, other, START) == []


def test_plugging_in_is_no_transaction_where_the_start_point_is_authorized() -> None:
    place = Place(1, 1)
    calls = plug_in(place, frozenset({"Authorized"}))
    assert (states(calls), events(calls)) == (["Occupied"], [])


def test_a_transaction_that_the_simulator_ended_is_forgotten() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    place.follow("")
    assert place.transaction == ""
    assert place.plugged


def test_a_transaction_that_the_simulator_still_holds_back_is_not_forgotten() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    place.kept = True
    place.follow("")
    assert place.transaction != ""
    place.follow(place.transaction)
    assert not place.kept


def test_a_transaction_that_was_started_remotely_is_taken_over() -> None:
    place = Place(1, 1)
    place.follow("from-afar")
    assert events(plug_in(place, START))[0] == ("Updated", "CablePluggedIn", "EVConnected")
    assert place.transaction == "from-afar"


def test_the_points_are_those_of_the_simulator() -> None:
    shown = {
        "ocppConfiguration": {
            "configurationKey": [{"key": "TxCtrlr.TxStopPoint", "value": "EVConnected"}]
        }
    }
    assert points_of(shown, "Stop") == {"EVConnected"}
    assert points_of(shown, "Start") == {"Authorized", "EVConnected"}


def test_a_token_is_refused_unless_the_csms_accepted_it() -> None:
    assert refused({"status": "failure"})
    assert not refused({"status": "success"})


def test_a_vehicle_suspends_and_draws_again() -> None:
    place = Place(1, 1)
    plug_in(place, START)
    present(place, TOKEN, START)
    suspended = demand(place, draws=False)
    assert events(suspended) == [("Updated", "ChargingStateChanged", "SuspendedEV")]
    assert demand(place, draws=False) == []
    assert events(demand(place, draws=True)) == [("Updated", "ChargingStateChanged", "Charging")]


def test_a_vehicle_that_is_not_ready_suspends_where_another_one_would_charge() -> None:
    place = Place(1, 1)
    assert demand(place, draws=False) == []
    plug_in(place, START)
    authorized = present(place, TOKEN, START)
    assert [state for _, _, state in events(authorized)] == ["EVConnected", "SuspendedEV"]
    unplug(place, STOP)
    plug_in(place, START)
    assert [state for _, _, state in events(present(place, TOKEN, START))][-1] == "Charging"


class SlowToAnswer(SapSimulator):
    """Its CSMS leaves events unanswered; ``runs``: the transaction that it shows as running."""

    def __init__(self) -> None:
        super().__init__("S", "ws://127.0.0.1:1")
        self.told: list[str] = []
        self.runs = ""

    async def _exchange(self, call: Call, tolerated: Sequence[str] = ()) -> dict[str, Any]:
        del tolerated
        if call.procedure == "transactionEvent":
            self.told.append(call.payload["eventType"])
            await asyncio.Event().wait()
        shown = {"transactionStarted": bool(self.runs), "transactionId": self.runs}
        connectors = [{"connectorId": 1, "connectorStatus": shown}]
        evses = [{"evseId": 1, "evseStatus": {"connectors": connectors}}]
        about = {"chargingStationId": "S"}
        listed = {"chargingStations": [{"stationInfo": about, "evses": evses}]}
        return {"status": "success", **listed}


@pytest.mark.asyncio
@pytest.mark.parametrize(("shown", "told"), [(True, ["Started"]), (False, ["Started", "Ended"])])
async def test_a_transaction_that_was_shown_and_is_gone_is_not_ended_again(
    monkeypatch: pytest.MonkeyPatch, shown: bool, told: list[str]
) -> None:
    monkeypatch.setattr(sap, "_ANSWERED", 0.05)
    monkeypatch.setattr(sap, "_LOOK", 0.01)
    simulator = SlowToAnswer()
    await simulator.perform("plug_in", evse=1, connector=1)
    if shown:
        simulator.runs = "T"
        await asyncio.sleep(0.1)
        simulator.runs = ""
    await simulator.perform("unplug", evse=1, connector=1)
    await simulator.close()
    assert simulator.told == told


# -- what a driver's act means at shiv3's simulator


class Simulator(Shiv3):
    """Notes what it is told to do; ``runs`` is the idToken of its transaction."""

    def __init__(self) -> None:
        super().__init__("S", "http://127.0.0.1:1")
        self.told: list[tuple[Any, ...]] = []
        self.runs = ""
        self.accepts = True

    async def _call(self, method: str, **params: Any) -> Any:
        if method == "status":
            return {"connectors": [{"id": 1, "transactionTagId": self.runs or None}]}
        if method == "start_transaction" and self.accepts:
            self.runs = params["tagId"]
        if method == "stop_transaction":
            self.runs = ""
        self.told.append((method, params.get("status") or params.get("tagId") or ""))
        return None


async def presents(simulator: Simulator, id_token: str) -> None:
    await simulator.perform("present_token", id_token=id_token, type="ISO14443", evse=1)


@pytest.mark.asyncio
async def test_a_token_starts_and_stops_and_the_connector_follows_the_cable() -> None:
    simulator = Simulator()
    await simulator.perform("plug_in", evse=1, connector=1)
    await presents(simulator, "AABBCCDD")
    await presents(simulator, "aabbccdd")
    await simulator.perform("unplug", evse=1, connector=1)
    assert simulator.told == [
        ("update_connector_status", "Preparing"),
        ("start_transaction", "AABBCCDD"),
        ("update_connector_status", "Charging"),
        ("stop_transaction", ""),
        ("update_connector_status", "Finishing"),
        ("update_connector_status", "Available"),
    ]


@pytest.mark.asyncio
async def test_a_token_first_lets_energy_flow_once_the_cable_is_in() -> None:
    simulator = Simulator()
    await presents(simulator, "AABBCCDD")
    await simulator.perform("plug_in", evse=1, connector=1)
    assert simulator.told == [
        ("start_transaction", "AABBCCDD"),
        ("update_connector_status", "Charging"),
    ]


@pytest.mark.asyncio
async def test_a_refused_token_lets_no_energy_flow_and_another_one_stops_nothing() -> None:
    simulator = Simulator()
    await simulator.perform("plug_in", evse=1, connector=1)
    simulator.accepts = False
    await presents(simulator, "AABBCCDD")
    assert ("update_connector_status", "Charging") not in simulator.told
    simulator.runs = "AABBCCDD"
    await presents(simulator, "AABBCCEE")
    assert simulator.told[-1] == ("authorize", "AABBCCEE")


@pytest.mark.asyncio
async def test_a_type_of_token_that_the_simulator_cannot_send_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="Central"):
        await Simulator().perform("present_token", id_token="X", type="Central", evse=1)


def mcp(said: str, **more: bool) -> str:
    return json.dumps({"result": {"content": [{"type": "text", "text": said}], **more}})


@pytest.mark.parametrize(
    "text", [mcp('{"id": 1}'), "event: message\ndata: " + mcp('{"id": 1}') + "\n\n"]
)
def test_an_answer_of_the_endpoint_is_read_as_json_or_as_an_event(text: str) -> None:
    assert result_in(text) == {"id": 1}


@pytest.mark.parametrize("text", [mcp("not_found: no", isError=True), "", "{}", "data: [1]\n"])
def test_an_answer_that_says_nothing_of_success_is_a_failure(text: str) -> None:
    with pytest.raises(OperatorFailed):
        result_in(text)


@pytest.mark.asyncio
async def test_each_remote_start_in_citrineos_has_an_id_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, Any]] = []

    async def request(*arguments: Any) -> Any:
        sent.append(arguments[-1])
        return [{"success": True}]

    operator = CitrineOs("CS001", "http://127.0.0.1:1")
    monkeypatch.setattr(operator, "_request", request)
    for _ in range(2):
        await operator.perform("ask", message="RequestStartTransaction", payload={"evseId": 1})
    assert sent[0]["evseId"] == 1
    assert sent[0]["remoteStartId"] != sent[1]["remoteStartId"]
