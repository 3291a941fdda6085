"""Reusable states of Part 6 for a charging station under test, part 3: the end of a session."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.inbox import Arrival
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.session import energy_transfer_started
from harness.states_cs.session_events import check_reason, expect_due_event


async def expect_transaction_continues(
    csms: FakeCSMS, step: int, session: Session, requirement: str
) -> None:
    """The transaction does not end before the act that ends it."""

    def ended(arrival: Arrival) -> bool:
        is_end = arrival.payload.get("eventType") == "Ended"
        return is_end and csms.belongs(arrival, session)

    what = "TransactionEventRequest that ends it"
    await csms.silence(step, what, ended, since=0, requirement=requirement)


async def suspended(csms: FakeCSMS, session: Session) -> None:
    """The EV stops taking energy (E01.FR.19-20)."""
    await _charged_a_while(csms, session)
    mark = csms.inbox.mark
    await csms.hands.ev_suspend(session.evse)
    session.energy, session.suspended = False, True
    ends = "EnergyTransfer" in await csms.tx_points("Stop")
    await csms.expect_transaction_event(
        1,
        session,
        since=mark,
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
        await energy_transfer_started(csms, session)
    await asyncio.sleep(csms.sut.configured.transaction_duration)


async def stop_local(csms: FakeCSMS, session: Session) -> None:
    """Present the idToken that the transaction was started with (E07)."""
    await _charged_a_while(csms, session)
    mark = csms.inbox.mark
    token = session.token or csms.sut.tokens.valid
    await csms.hands.present_token(token, session.evse)
    session.stop_authorized = True
    await _stop_event(
        csms,
        session,
        1,
        mark,
        second_step=3,
        triggerReason="StopAuthorized",
        idToken=one_of(ABSENT, csms.driver(session)),
    )


async def stop_remote(csms: FakeCSMS, session: Session) -> None:
    """Ask for the stop (F03)."""
    await _charged_a_while(csms, session)
    mark = csms.inbox.mark
    stop = await csms.send(1, "RequestStopTransaction", transactionId=session.transaction_id)
    await stop.response(2, status="Accepted", requirement="F03.FR.07")
    session.stop_authorized = session.stopped_remotely = True
    await _stop_event(csms, session, 3, mark, second_step=3, triggerReason="RemoteStop")


async def _stop_event(
    csms: FakeCSMS,
    session: Session,
    step: int,
    mark: int,
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
        step, session, since=mark, requirement=requirement, **fields
    )
    check_reason(csms, session, step)
    if due and session.running:
        # F03.FR.03 has the end say RemoteStop, an erratum of TC_E_35 ChargingStateChanged.
        reasons = ("RemoteStop",) if session.stopped_remotely else ()
        told = session.charging_state == "EVConnected"
        await expect_due_event(
            csms,
            second_step,
            session,
            since=mark,
            triggerReason=one_of("ChargingStateChanged", *reasons),
            transactionInfo={"chargingState": one_of("EVConnected", *((ABSENT,) if told else ()))},
        )


async def post_session(csms: FakeCSMS, session: Session) -> None:
    """No energy any more, the cable still in."""
    if not session.stop_authorized:
        await _stop_authorized(csms, session)
    if session.ended or session.charging_state == "EVConnected":
        return
    await expect_due_event(
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
    mark = csms.inbox.mark
    await csms.hands.unplug(session.evse, session.connector)
    session.plugged = False
    connector = (session.evse, session.connector)
    await csms.expect_connectors(1, {connector: "Available"}, since=mark, requirement="G01.FR.04")
    if session.running:
        await expect_due_event(
            csms,
            3,
            session,
            since=mark,
            triggerReason="EVCommunicationLost",
            transactionInfo={"chargingState": "Idle"},
        )


async def leave_bay(csms: FakeCSMS, session: Session) -> None:
    """Drive out of the parking bay (E06.FR.01)."""
    if session.plugged:
        await disconnect(csms, session)
    if not session.in_bay:
        return
    mark = csms.inbox.mark
    await csms.hands.drive_out(session.evse)
    session.in_bay, session.left_bay = False, True
    if session.running:
        await expect_due_event(csms, 1, session, since=mark, triggerReason="EVDeparted")


EnergyTransferSuspended = State("EnergyTransferSuspended", suspended)
#: By the configured way of authorization.
StopAuthorized = State("StopAuthorized", _stop_authorized)
StopAuthorizedLocal = State("StopAuthorized", stop_local)
EVConnectedPostSession = State("EVConnectedPostSession", post_session)
EVDisconnected = State("EVDisconnected", disconnect)
ParkingBayUnoccupied = State("ParkingBayUnoccupied", leave_bay)
