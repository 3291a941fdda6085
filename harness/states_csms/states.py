"""Reusable states of Part 6 for a CSMS under test: what the harness simulates as a station."""

from __future__ import annotations

import asyncio

from harness.peers.answers import now
from harness.peers.fake_station import FakeStation, State
from harness.states_csms.readings import reading


async def _booted(station: FakeStation) -> None:
    await station.boot(1, 2, reason="PowerUp", status="Accepted", requirement="B01.FR.02")
    await station.report_connectors(3, 4)


async def _ev_connected_pre_session(station: FakeStation) -> None:
    transaction = station.transaction
    await occupied(station, 1, 2)
    event_type = "Updated" if transaction.authorized else "Started"
    await plugged_in(station, 3, 4, event_type)


async def occupied(station: FakeStation, step: int, answer_step: int) -> None:
    """Tell of the connector that a cable was plugged into."""
    configured = station.sut.configured
    connector = (configured.evse_id, configured.connector_id)
    await station.report_connector(step, answer_step, connector, "Occupied")


async def plugged_in(station: FakeStation, step: int, answer_step: int, event_type: str) -> None:
    """Tell of the cable by a TransactionEvent."""
    await station.transaction_event(
        step,
        answer_step,
        event_type,
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": station.evse},
    )
    station.transaction.plugged = True


async def identified(station: FakeStation, step: int, answer_step: int) -> None:
    """A driver presents the valid idToken, and the CSMS is asked about it."""
    token = station.sut.tokens.valid.as_json()
    sent = await station.send(step, "Authorize", idToken=token)
    await sent.response(answer_step, idTokenInfo={"status": "Accepted"}, requirement="C01.FR.07")


async def _authorized(station: FakeStation) -> None:
    token = station.sut.tokens.valid.as_json()
    await identified(station, 1, 2)
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
        await occupied(station, 1, 2)
        await plugged_in(station, 3, 4, "Updated")
    await station.transaction_event(
        5, 6, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )
    transaction.energy = True


async def _charged_a_while(station: FakeStation) -> None:
    """The page waits for the configured transaction duration before the stop."""
    if not station.transaction.energy:
        await _energy_transfer_started(station)
    await asyncio.sleep(station.sut.configured.transaction_duration)


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
    transaction = station.transaction
    if not transaction.suspended and (transaction.energy or not transaction.stop_authorized):
        await _ev_connected_post_session(station)
    configured = station.sut.configured
    connector = (configured.evse_id, configured.connector_id)
    await station.report_connector(1, 2, connector, "Available")
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


Booted = State("Booted", _booted)
EVConnectedPreSession = State("EVConnectedPreSession", _ev_connected_pre_session)
Authorized = State("Authorized", _authorized)
EnergyTransferStarted = State("EnergyTransferStarted", _energy_transfer_started)
EnergyTransferSuspended = State("EnergyTransferSuspended", _energy_transfer_suspended)
StopAuthorized = State("StopAuthorized", _stop_authorized)
EVConnectedPostSession = State("EVConnectedPostSession", _ev_connected_post_session)
EVDisconnected = State("EVDisconnected", _ev_disconnected)


async def started_late(
    station: FakeStation, step: int, answer_step: int, trigger: str, /, **info: str
) -> None:
    """The transaction starts with driver and cable both there (E01.FR.04-06)."""
    await station.transaction_event(
        step,
        answer_step,
        "Started",
        trigger,
        info=dict(info),
        payload={"evse": station.evse, "idToken": station.sut.tokens.valid.as_json()},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )


async def charging(station: FakeStation, step: int, answer_step: int) -> None:
    """Energy flows."""
    await station.transaction_event(
        step, answer_step, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )


async def offline_for_a_while(station: FakeStation, step: int, *, events: int) -> list[str]:
    """Close the connection, stay away for the configured transaction duration, and come back.

    So many events of the transaction happened meanwhile: returns when, the earliest first.
    """
    moments: list[str] = []
    await station.hang_up()
    for _ in range(events):
        # The page waits offline for the configured transaction duration.
        await asyncio.sleep(station.sut.configured.transaction_duration / events)
        moments.append(now())
    station.transaction.queued = events
    await station.reconnect(step)
    return moments


async def nobody_plugs_in(station: FakeStation) -> None:
    """The time passes in which a driver has to plug in (TC_E_39)."""
    await asyncio.sleep(station.sut.configured.ev_connection_time_out)


async def metered_offline(station: FakeStation, step: int, answer_step: int, at: str) -> None:
    """A meter value that was taken while the station was offline is delivered."""
    await station.transaction_event(
        step,
        answer_step,
        "Updated",
        "MeterValuePeriodic",
        payload={"meterValue": [reading(at)]},
        offline_at=at,
    )


async def stopped_by_token(station: FakeStation, step: int, answer_step: int) -> None:
    """The driver's token ends the transaction; E07.FR.02 has the station name it."""
    await station.transaction_event(
        step,
        answer_step,
        "Ended",
        "StopAuthorized",
        info={"stoppedReason": "Local"},
        payload={"idToken": station.sut.tokens.valid.as_json()},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )


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
