"""Reusable states of Part 6 for a charging station under test, part 2: a charging session.

Which TransactionEvents a step owes depends on TxStartPoint and TxStopPoint (Part 2, E01 and E06);
``Session.starts`` and ``Session.stops`` know that once for all states.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from typing import Any

from harness.fake_csms import FakeCSMS, State
from harness.inbox import Arrival
from harness.match import ABSENT, one_of
from harness.session import Session

#: What a chargingState may be once a driver is authorized and a vehicle connected.
ENERGY_STATES = ("EVConnected", "SuspendedEVSE", "SuspendedEV", "Charging")
#: A remoteStartId of its own for every RequestStartTransaction.
_remote_start_ids = itertools.count(4711)


async def enter_bay(csms: FakeCSMS, session: Session) -> None:
    """Drive into the parking bay, if the station sees that."""
    if session.in_bay or not csms.sut.parking_bay_sensor:
        return
    place = csms.inbox.now
    await csms.hands.drive_in(session.evse)
    session.in_bay = True
    if session.starts(await csms.tx_points("Start")):
        await _event(csms, 1, session, since=place, triggerReason="EVDetected")


async def connect(csms: FakeCSMS, session: Session) -> None:
    """Plug in, in the parking bay."""
    if not session.in_bay:
        await enter_bay(csms, session)
    if locks_cable(csms) and not session.authorized:
        async with csms.within("locked", "Authorized"):
            await _authorized(csms, session)
    await plug_in(csms, session, 1, 3)


def locks_cable(csms: FakeCSMS) -> bool:
    """Whether nothing can be plugged in before authorization (Part 5, AQ-2)."""
    return "AQ-2" in csms.sut.features


async def cable_in(csms: FakeCSMS, session: Session, step: int) -> int:
    """Connect the vehicle, which the connector tells; the place from which on it shows."""
    place = session.ready_at = csms.inbox.now
    session.plugged = True
    await csms.hands.plug_in(session.evse, session.connector)
    if session.authorized and not session.energy and time.monotonic() > session.plug_by:
        raise csms.undrivable("the cable came in after EVConnectionTimeOut: the hands were slow")
    connector = (session.evse, session.connector)
    await csms.expect_connectors(
        step, {connector: "Occupied"}, since=place, requirement="E02.FR.05"
    )
    return place


async def plug_in(csms: FakeCSMS, session: Session, status_step: int, event_step: int) -> None:
    """Plug in: the connector is told, and the transaction as far as it has begun by then."""
    points = await csms.tx_points("Start")
    place = await cable_in(csms, session, status_step)
    if not session.starts(points):
        return
    states = ENERGY_STATES if session.authorized else ("EVConnected",)
    triggers = ["CablePluggedIn", "ChargingStateChanged", "RemoteStart"]
    if "DataSigned" in points and not session.running:
        triggers.append("SignedDataReceived")  # both points at once (E01.FR.04, E01.FR.05)
    token: dict[str, Any] = (
        {"idToken": one_of(ABSENT, csms.driver(session))} if session.authorized else {}
    )
    if session.authorized and not session.running:
        # The hands may be quicker than the station: the cable was in when it let the driver charge.
        triggers.append("Authorized")
    await _event(
        csms,
        event_step,
        session,
        since=place,
        triggerReason=one_of(*triggers),
        # The state may be told in an event of its own (note of E02.FR.17).
        transactionInfo={"chargingState": one_of(*states, *((ABSENT,) if session.running else ()))},
        evse={"id": session.evse, "connectorId": session.connector},
        **token,
    )
    if session.charging_state not in states:
        await _event(
            csms,
            event_step,
            session,
            since=place,
            triggerReason="ChargingStateChanged",
            transactionInfo={"chargingState": one_of(*states)},
        )
    await cable_apart(csms, event_step, session, since=place)
    if session.authorized and not session.token_told:
        # Then the token comes with the event of the authorization (E02.FR.20).
        await _event(
            csms,
            event_step,
            session,
            since=place,
            triggerReason="Authorized",
            idToken=csms.driver(session),
        )


async def cable_apart(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """The cable may be told in an event beside that of the state (note of E02.FR.17)."""
    await csms.optionally(
        step,
        "TransactionEvent",
        where=lambda event: event["triggerReason"] == "CablePluggedIn",
        since=since,
        eventType="Updated",
        transactionInfo={
            "transactionId": session.transaction_id,
            "chargingState": one_of(*ENERGY_STATES, ABSENT),
        },
    )


async def goes_on(csms: FakeCSMS, step: int, session: Session, requirement: str) -> None:
    """The transaction does not end before the act that ends it."""

    def ended(arrival: Arrival) -> bool:
        is_end = arrival.payload.get("eventType") == "Ended"
        return is_end and csms.belongs(arrival, session)

    what = "TransactionEventRequest that ends it"
    await csms.silence(step, what, ended, since=0, requirement=requirement)


async def _authorized(csms: FakeCSMS, session: Session) -> None:
    if locks_cable(csms) and session.authorized:
        return  # It was done to get the cable in.
    steps = _authorized_remote if csms.sut.authorization == "remote" else authorize_local
    await steps(csms, session)


async def authorize_local(csms: FakeCSMS, session: Session) -> None:
    """Authorize at the station, with the session's idToken."""
    if not (session.in_bay or session.plugged):
        await enter_bay(csms, session)
    points = await csms.tx_points("Start")
    token = session.token or csms.sut.tokens.valid
    csms.changes.tokens_used = True
    place = csms.inbox.now
    await csms.hands.present_token(token, session.evse)
    if not csms.sut.start_button and await csms.variables.is_true(
        "AuthCtrlr.Enabled", default=True
    ):
        asked = await csms.expect(1, "Authorize", since=place, idToken=csms.same_token(token))
        # The driver is authorized by the answer, not before it (C01.FR.01-02).
        place = asked.place
    await _taken_in(csms, session)
    session.authorized = True
    session.ready_at = session.authorized_at = place
    if not session.starts(points):
        return
    triggers = ["Authorized"]
    if session.plugged and not session.running:
        # The power path closes by the authorization: both reasons describe the event (E01.FR.05).
        triggers.append("ChargingStateChanged")
    await _event(
        csms,
        3,
        session,
        triggerReason=one_of(*triggers),
        idToken=csms.driver(session),
        since=place,
    )


async def _authorized_remote(csms: FakeCSMS, session: Session) -> None:
    if not (session.in_bay or session.plugged):
        await enter_bay(csms, session)
    points = await csms.tx_points("Start")
    token = session.token or csms.sut.tokens.valid
    csms.changes.tokens_used = True
    place, remote_start_id = csms.inbox.now, next(_remote_start_ids)
    start = await csms.send(
        1,
        "RequestStartTransaction",
        idToken=token.as_json(),
        evseId=session.evse,
        remoteStartId=remote_start_id,
    )
    known: dict[str, Any] = {}
    if session.running:
        known["transactionId"] = session.transaction_id
    await start.response(2, status="Accepted", requirement="F01.FR.13", **known)
    if await csms.variables.is_true(
        "AuthCtrlr.AuthorizeRemoteStart", default=False
    ) and await csms.variables.is_true("AuthCtrlr.Enabled", default=True):
        await csms.expect(3, "Authorize", since=place, idToken=csms.same_token(token))
        await _taken_in(csms, session)
    session.authorized = True
    session.ready_at = session.authorized_at = place
    session.remote_start_id = remote_start_id
    if session.starts(points):
        await _event(csms, 7, session, idToken=csms.same_token(token), since=place)


async def _taken_in(csms: FakeCSMS, session: Session) -> None:
    """An answer to a later request: the one about the token has been read by then."""
    name = "TxCtrlr.EVConnectionTimeOut"
    told = (await csms.variables.read(name)).get(name, "")
    seconds = int(told) if told.isdecimal() else 0
    session.plug_by = time.monotonic() + (seconds or math.inf)


async def _energy_transfer_started(csms: FakeCSMS, session: Session) -> None:
    if not session.authorized:
        await _authorized(csms, session)
    if not session.plugged:
        await plug_in(csms, session, 1, 3)
    points = await csms.tx_points("Start")
    session.energy = True
    if not session.running and "DataSigned" in points and "EnergyTransfer" not in points:
        # The first event after authorization may have Authorized as its reason (E02.FR.01).
        signed = one_of("SignedDataReceived", "Authorized")
        await _event(
            csms,
            5,
            session,
            since=session.ready_at,
            triggerReason=signed,
            idToken=csms.driver(session),
        )
    if session.charging_state == "Charging":
        return
    # The first event after authorization may have Authorized as its reason (E02.FR.01).
    first = () if session.running else ("Authorized",)
    named: dict[str, Any] = (
        {"idToken": csms.driver(session)} if "EnergyTransfer" in points and first else {}
    )
    await _event(
        csms,
        9,
        session,
        since=session.ready_at,
        triggerReason=one_of("ChargingStateChanged", *first),
        transactionInfo={"chargingState": "Charging"},
        **named,
    )


async def suspended(csms: FakeCSMS, session: Session) -> None:
    """The EV stops taking energy (E01.FR.19-20)."""
    await _charged_a_while(csms, session)
    place = csms.inbox.now
    await csms.hands.ev_suspend(session.evse)
    session.energy, session.suspended = False, True
    ends = "EnergyTransfer" in await csms.tx_points("Stop")
    await csms.expect_transaction_event(
        1,
        session,
        since=place,
        triggerReason="ChargingStateChanged",
        transactionInfo={"chargingState": one_of("EVConnected", "SuspendedEV")},
        eventType="Ended" if ends else "Updated",
        requirement="E06.FR.07" if ends else "E01.FR.19-20",
    )
    if session.ended:
        stopped: Any = {"stoppedReason": "StoppedByEV"}
        csms.judge_last_event(1, session, "E06.FR.08", transactionInfo=stopped)


async def _stop_authorized(csms: FakeCSMS, session: Session) -> None:
    steps = stop_remote if csms.sut.authorization == "remote" else stop_local
    await steps(csms, session)


async def _charged_a_while(csms: FakeCSMS, session: Session) -> None:
    """The page waits for the configured transaction duration before the stop."""
    if not session.energy:
        await _energy_transfer_started(csms, session)
    await asyncio.sleep(csms.sut.configured.transaction_duration)


async def stop_local(csms: FakeCSMS, session: Session) -> None:
    """Present the idToken that the transaction was started with (E07)."""
    await _charged_a_while(csms, session)
    place = csms.inbox.now
    token = session.token or csms.sut.tokens.valid
    await csms.hands.present_token(token, session.evse)
    session.stop_authorized = True
    await _stop_event(
        csms,
        session,
        1,
        place,
        second_step=3,
        triggerReason="StopAuthorized",
        idToken=one_of(ABSENT, csms.driver(session)),
    )


async def stop_remote(csms: FakeCSMS, session: Session) -> None:
    """Ask for the stop (F03)."""
    await _charged_a_while(csms, session)
    place = csms.inbox.now
    stop = await csms.send(1, "RequestStopTransaction", transactionId=session.transaction_id)
    await stop.response(2, status="Accepted", requirement="F03.FR.07")
    session.stop_authorized = session.stopped_remotely = True
    await _stop_event(csms, session, 3, place, second_step=3, triggerReason="RemoteStop")


async def _stop_event(
    csms: FakeCSMS,
    session: Session,
    step: int,
    place: int,
    *,
    second_step: int,
    **fields: Any,
) -> None:
    """The event of the stop itself; energy may stop with it (Part 2 E, 1.5 chargingState).

    The transaction may end by an event of its own (E07; TC_E_35, erratum 2024-09).
    """
    points = await csms.tx_points("Stop")
    session.energy = False
    # The energy transfer stops by the same act: its event may be this one, or a second one.
    due = session.stops(points)
    fields["eventType"] = one_of("Updated", "Ended") if due else "Updated"
    requirement = "F03.FR.02-03" if session.stopped_remotely else "E07.FR.02"
    await csms.expect_transaction_event(
        step, session, since=place, requirement=requirement, **fields
    )
    _check_reason(csms, session, step)
    if due and session.running:
        # F03.FR.03 has the end say RemoteStop, an erratum of TC_E_35 ChargingStateChanged.
        reasons = ("RemoteStop",) if session.stopped_remotely else ()
        told = session.charging_state == "EVConnected"
        await _event(
            csms,
            second_step,
            session,
            since=place,
            triggerReason=one_of("ChargingStateChanged", *reasons),
            transactionInfo={"chargingState": one_of("EVConnected", *((ABSENT,) if told else ()))},
        )


async def post_session(csms: FakeCSMS, session: Session) -> None:
    """No energy any more, the cable still in."""
    if not session.stop_authorized:
        await _stop_authorized(csms, session)
    if session.ended or session.charging_state == "EVConnected":
        return
    await _event(
        csms,
        1,
        session,
        triggerReason="ChargingStateChanged",
        transactionInfo={"chargingState": "EVConnected"},
    )


async def disconnect(csms: FakeCSMS, session: Session) -> None:
    """Take the cable out (E06.FR.02)."""
    if not session.stop_authorized:
        await post_session(csms, session)
    place = csms.inbox.now
    await csms.hands.unplug(session.evse, session.connector)
    session.plugged = False
    connector = (session.evse, session.connector)
    await csms.expect_connectors(1, {connector: "Available"}, since=place, requirement="G01.FR.04")
    if session.running:
        await _event(
            csms,
            3,
            session,
            since=place,
            triggerReason="EVCommunicationLost",
            transactionInfo={"chargingState": "Idle"},
        )


async def leave_bay(csms: FakeCSMS, session: Session) -> None:
    """Drive out of the parking bay (E06.FR.01)."""
    if session.plugged:
        await disconnect(csms, session)
    if not session.in_bay:
        return
    place = csms.inbox.now
    await csms.hands.drive_out(session.evse)
    session.in_bay, session.left_bay = False, True
    if session.running:
        await _event(csms, 1, session, since=place, triggerReason="EVDeparted")


async def _event(
    csms: FakeCSMS, step: int, session: Session, *, since: int = 0, **fields: Any
) -> None:
    """The TransactionEvent that this step owes: Started, Updated or Ended by the points."""
    if not session.running:
        event_type, requirement = "Started", "E01.FR.01-06"
        if session.plugged and not session.earlier:  # E01.FR.16
            fields.setdefault("evse", {"id": session.evse, "connectorId": session.connector})
    elif session.stop_authorized and session.stops(await csms.tx_points("Stop")):
        event_type, requirement = "Ended", "E06.FR.01-07"
    else:
        event_type, requirement = "Updated", "E02.FR.17"
    await csms.expect_transaction_event(
        step, session, since=since, requirement=requirement, eventType=event_type, **fields
    )
    _check_reason(csms, session, step)


def _check_reason(csms: FakeCSMS, session: Session, step: int) -> None:
    """The stoppedReason of an Ended event, by how the stop was authorized (general rules, 2.1)."""
    if session.ended:
        unplugged = not session.plugged and not session.left_bay
        wanted: Any = "Remote" if session.stopped_remotely else one_of("Local", ABSENT)
        if unplugged:
            # The driver ends it by unplugging (E06.FR.09; TC_E_14, erratum 2025-06).
            wanted = one_of("Local", "EVDisconnected", ABSENT)
        if unplugged and session.stopped_remotely:
            wanted = one_of("Remote", "EVDisconnected", "Local", ABSENT)
        csms.judge_last_event(
            step,
            session,
            "E06.FR.08, E06.FR.09, F03.FR.03",
            transactionInfo={"stoppedReason": wanted},
        )


ParkingBayOccupied = State("ParkingBayOccupied", enter_bay)
EVConnectedPreSession = State("EVConnectedPreSession", connect)
#: By the configured way of authorization.
Authorized = State("Authorized", _authorized)
AuthorizedLocal = State("Authorized", authorize_local)
AuthorizedRemote = State("Authorized", _authorized_remote)
EnergyTransferStarted = State("EnergyTransferStarted", _energy_transfer_started)
EnergyTransferSuspended = State("EnergyTransferSuspended", suspended)
#: By the configured way of authorization.
StopAuthorized = State("StopAuthorized", _stop_authorized)
StopAuthorizedLocal = State("StopAuthorized", stop_local)
EVConnectedPostSession = State("EVConnectedPostSession", post_session)
EVDisconnected = State("EVDisconnected", disconnect)
ParkingBayUnoccupied = State("ParkingBayUnoccupied", leave_bay)
