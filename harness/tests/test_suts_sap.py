"""What a driver's act means at SAP's simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from harness.suts import sap
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

TOKEN = {"idToken": "AABBCCDD", "type": "ISO14443"}
START = frozenset({"EVConnected", "Authorized"})
STOP = frozenset({"EVConnected"})


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
