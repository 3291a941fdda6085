"""The reusable states of a charging session: what the harness simulates as a station."""

from __future__ import annotations

from harness import clock
from harness.peers.fake_station import FakeStation, State


async def _ev_connected_pre_session(station: FakeStation) -> None:
    await station.report_connector(1, 2, "Occupied")
    event_type = "Updated" if station.transaction.authorized else "Started"
    await _cable_plugged_in(station, event_type)


async def _cable_plugged_in(station: FakeStation, event_type: str) -> None:
    await station.transaction_event(
        3,
        4,
        event_type,
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": station.evse},
    )
    station.transaction.plugged = True


async def _authorized(station: FakeStation) -> None:
    await station.authorize(1, 2, status="Accepted")
    await station.transaction_event(
        3,
        4,
        "Updated" if station.transaction.started else "Started",
        "Authorized",
        payload={"idToken": station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
    station.transaction.authorized = True


async def _energy_transfer_started(station: FakeStation) -> None:
    if not station.transaction.authorized:
        await _authorized(station)
    if not station.transaction.plugged:
        await station.report_connector(1, 2, "Occupied")
        await _cable_plugged_in(station, "Updated")
    await station.transaction_event(
        5, 6, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )
    station.transaction.energy = True


async def _charged_a_while(station: FakeStation) -> None:
    """The page waits for the configured transaction duration before the stop."""
    if not station.transaction.energy:
        await _energy_transfer_started(station)
    seconds = station.sut.configured.transaction_duration
    station.record.act(1, "waits", seconds=seconds)
    await clock.sleep(seconds)


async def _energy_transfer_suspended(station: FakeStation) -> None:
    await _charged_a_while(station)
    await station.transaction_event(
        1, 2, "Updated", "ChargingStateChanged", info={"chargingState": "SuspendedEV"}
    )
    station.transaction.suspended = True


async def _stop_authorized(station: FakeStation) -> None:
    await _charged_a_while(station)
    await station.transaction_event(
        1,
        2,
        "Updated",
        "StopAuthorized",
        payload={"idToken": station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
    station.transaction.stop_authorized = True


async def _ev_connected_post_session(station: FakeStation) -> None:
    if not station.transaction.stop_authorized:
        await _stop_authorized(station)
    await station.transaction_event(
        1, 2, "Updated", "ChargingStateChanged", info={"chargingState": "EVConnected"}
    )
    station.transaction.energy = False


async def _ev_disconnected(station: FakeStation) -> None:
    transaction = station.transaction
    if not transaction.suspended and (transaction.energy or not transaction.stop_authorized):
        await _ev_connected_post_session(station)
    # What waits for the end of the transaction is told at once (G01.FR.05).
    state = "Unavailable" if transaction.inoperative else "Available"
    await station.report_connector(1, 2, state)
    # The page ends the transaction; at TxStopPoint ParkingBayOccupancy it goes on (E06.FR.01).
    ends = transaction.stop_point == "EVConnected"
    reason = {"stoppedReason": "EVDisconnected"} if ends else {}
    await station.transaction_event(
        3,
        4,
        "Ended" if ends else "Updated",
        "EVCommunicationLost",
        info={"chargingState": "Idle", **reason},
    )
    transaction.plugged = False


EVConnectedPreSession = State("EVConnectedPreSession", _ev_connected_pre_session)
Authorized = State("Authorized", _authorized)
EnergyTransferStarted = State("EnergyTransferStarted", _energy_transfer_started)
EnergyTransferSuspended = State("EnergyTransferSuspended", _energy_transfer_suspended)
StopAuthorized = State("StopAuthorized", _stop_authorized)
EVConnectedPostSession = State("EVConnectedPostSession", _ev_connected_post_session)
EVDisconnected = State("EVDisconnected", _ev_disconnected)
