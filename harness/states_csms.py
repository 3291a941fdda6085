"""Reusable states of Part 6 for a CSMS under test: what the harness simulates as a station."""

from __future__ import annotations

import asyncio

from harness.fake_station import FakeStation, State


async def _booted(station: FakeStation) -> None:
    await station.boot(1, 2, reason="PowerUp", status="Accepted", requirement="B01.FR.02")
    await station.report_connectors(3, 4)


async def _ev_connected_pre_session(station: FakeStation) -> None:
    transaction = station.transaction
    await _occupied(station, 1, 2)
    event_type = "Updated" if transaction.authorized else "Started"
    await _plugged_in(station, 3, 4, event_type)


async def _occupied(station: FakeStation, step: int, answer_step: int) -> None:
    configured = station.sut.configured
    connector = (configured.evse_id, configured.connector_id)
    await station.report_connector(step, answer_step, connector, "Occupied")


async def _plugged_in(station: FakeStation, step: int, answer_step: int, event_type: str) -> None:
    await station.transaction_event(
        step,
        answer_step,
        event_type,
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": station.evse},
    )
    station.transaction.plugged = True


async def _authorized(station: FakeStation) -> None:
    token = station.sut.tokens.valid.as_json()
    sent = await station.send(1, "Authorize", idToken=token)
    await sent.response(2, idTokenInfo={"status": "Accepted"}, requirement="C01.FR.07")
    transaction = station.transaction
    await station.transaction_event(
        3,
        4,
        "Updated" if transaction.started else "Started",
        "Authorized",
        payload={"idToken": token},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )
    transaction.authorized = True


async def _energy_transfer_started(station: FakeStation) -> None:
    transaction = station.transaction
    if not transaction.authorized:
        await _authorized(station)
    if not transaction.plugged:
        await _occupied(station, 1, 2)
        await _plugged_in(station, 3, 4, "Updated")
    await station.transaction_event(
        5, 6, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )
    transaction.energy = True


async def _stop_authorized(station: FakeStation) -> None:
    if not station.transaction.energy:
        await _energy_transfer_started(station)
    # The page waits for the configured transaction duration before the stop.
    await asyncio.sleep(station.sut.configured.transaction_duration)
    await station.transaction_event(
        1,
        2,
        "Updated",
        "StopAuthorized",
        payload={"idToken": station.sut.tokens.valid.as_json()},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
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
    if station.transaction.energy or not station.transaction.stop_authorized:
        await _ev_connected_post_session(station)
    configured = station.sut.configured
    connector = (configured.evse_id, configured.connector_id)
    await station.report_connector(1, 2, connector, "Available")
    await station.transaction_event(
        3,
        4,
        "Ended",
        "EVCommunicationLost",
        info={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
    )
    station.transaction.plugged = False


Booted = State("Booted", _booted)
EVConnectedPreSession = State("EVConnectedPreSession", _ev_connected_pre_session)
Authorized = State("Authorized", _authorized)
EnergyTransferStarted = State("EnergyTransferStarted", _energy_transfer_started)
StopAuthorized = State("StopAuthorized", _stop_authorized)
EVConnectedPostSession = State("EVConnectedPostSession", _ev_connected_post_session)
EVDisconnected = State("EVDisconnected", _ev_disconnected)


async def stop_by_token(station: FakeStation, step: int, answer_step: int) -> None:
    """The driver stops with the token: StopAuthorized with the energy transfer (TC_B_21, 26)."""
    await station.transaction_event(
        step,
        answer_step,
        "Updated",
        "StopAuthorized",
        info={"chargingState": "EVConnected"},
        payload={"idToken": station.sut.tokens.valid.as_json()},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )


async def unplugged(station: FakeStation, step: int, answer_step: int) -> None:
    """The cable is taken out, which ends the transaction (TC_B_21, 26)."""
    await station.transaction_event(
        step,
        answer_step,
        "Ended",
        "EVCommunicationLost",
        info={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
    )


async def ended_by_reset(station: FakeStation, step: int, answer_step: int) -> None:
    """An immediate reset ends the transaction, the cable still in (TC_B_22, 27)."""
    await station.transaction_event(
        step,
        answer_step,
        "Ended",
        "ResetCommand",
        info={"chargingState": "EVConnected", "stoppedReason": "ImmediateReset"},
    )
