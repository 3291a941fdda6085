"""Reusable states of Part 6 for a charging station under test, part 3: the end of a session."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.driver import (
    drive_out,
    expect_others_free,
    present_to_stop,
    stay,
    suspend,
    unplug,
)
from harness.states_cs.session import Way, energy_transfer_started
from harness.states_cs.session_events import check_reason, expect_due_event
from harness.sut.model import Token


async def expect_transaction_continues(
    csms: FakeCSMS, step: int, session: Session, requirement: str
) -> None:
    """The transaction does not end before the act that ends it."""

    def ended(arrival: Arrival) -> bool:
        is_end = arrival.payload.get("eventType") == "Ended"
        return is_end and csms.belongs(arrival, session)

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest that ends it",
        unwanted=ended,
        since=0,
        requirement=requirement,
        eventType="Ended",
        transactionInfo={"transactionId": session.transaction_id},
    )


#: Charging states of a transaction to which the station gives no energy.
WITHOUT_ENERGY = ("Idle", "EVConnected", "SuspendedEVSE")
#: Reasons of events by which somebody else than the driver or the vehicle stops a transaction.
_BY_ORDER = ("RemoteStop", "UnlockCommand", "StopAuthorized", "Deauthorized")


async def expect_not_stopped_remotely(
    csms: FakeCSMS, step: int, session: Session, *, since: int, requirement: str
) -> None:
    """What the CSMS has asked for leaves the transaction alone."""

    def stops(arrival: Arrival) -> bool:
        payload = arrival.payload
        ended = payload.get("eventType") == "Ended"
        state = inner(cast(Payload, payload), "transactionInfo").get("chargingState")
        by_order = payload.get("triggerReason") in _BY_ORDER
        stopped = ended or by_order or state in WITHOUT_ENERGY
        return csms.belongs(arrival, session) and stopped

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest that stops it",
        unwanted=stops,
        since=since,
        requirement=requirement,
        eventType="Ended",
        transactionInfo={"transactionId": session.transaction_id},
    )


async def charge_a_while(csms: FakeCSMS, session: Session) -> None:
    """Charge for the configured transaction duration, as the pages do before a stop."""
    if not session.energy:
        await energy_transfer_started(csms, session)
    await stay(csms, charged=session.charged)


async def _suspended(csms: FakeCSMS, session: Session) -> None:
    """The EV stops taking energy (E01.FR.19-20)."""
    await charge_a_while(csms, session)
    mark = await suspend(csms, session)
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
    steps = _stopped_remotely if csms.sut.authorization == "remote" else _stopped_locally
    await steps(csms, session)


async def _stopped_locally(csms: FakeCSMS, session: Session, token: Token | None = None) -> None:
    """Present an idToken, by default that with which the transaction was started (E07)."""
    await charge_a_while(csms, session)
    mark = await present_to_stop(csms, session, token)
    await expect_stop(
        csms,
        1,
        session,
        since=mark,
        end=3,
        triggerReason="StopAuthorized",
        idToken=one_of(ABSENT, csms.same_token(token) if token else csms.driver(session)),
    )


async def _stopped_remotely(csms: FakeCSMS, session: Session) -> None:
    """Ask for the stop (F03)."""
    await charge_a_while(csms, session)
    mark = await request_stop(csms, 1, 2, session)
    await expect_stop(csms, 3, session, since=mark, end=5, triggerReason="RemoteStop")


async def request_stop(csms: FakeCSMS, step: int, answer_step: int, session: Session) -> int:
    """Have the CSMS stop the transaction; the mark from which on the station tells of it."""
    mark = csms.mark()
    stop = await csms.send(step, "RequestStopTransaction", transactionId=session.transaction_id)
    await stop.response(answer_step, status="Accepted", requirement="F03.FR.07")
    session.stop_authorized = session.stopped_remotely = True
    return mark


async def expect_stop(
    csms: FakeCSMS,
    step: int,
    session: Session,
    *,
    since: int,
    end: int | None = None,
    **fields: Any,
) -> None:
    """The event of the stop itself; energy may stop with it (Part 2 E, 1.5 chargingState).

    The transaction may end by an event of its own (E07; TC_E_35, erratum 2024-09). ``end``: the
    step of that one, where it is another.
    """
    points = await csms.tx_points("Stop")
    session.energy = False
    # The energy transfer stops by the same act: its event may be this one, or a second one.
    due = session.stops(points)
    fields["eventType"] = one_of("Updated", "Ended") if due else "Updated"
    requirement = "F03.FR.02-03" if session.stopped_remotely else "E07.FR.02"
    await csms.expect_transaction_event(
        step, session, since=since, requirement=requirement, **fields
    )
    check_reason(csms, session, step)
    if due and session.running:
        # F03.FR.03 has the end say RemoteStop, an erratum of TC_E_35 ChargingStateChanged. A stop
        # may be told beside the end that it brings (E02.FR.16, E06.FR.03, E06.FR.06).
        by_stop = points & {"Authorized", "PowerPathClosed"}
        reasons = ("StopAuthorized",) if by_stop else ()
        reasons = ("RemoteStop",) if session.stopped_remotely else reasons
        told = session.charging_state == "EVConnected"
        await expect_due_event(
            csms,
            step if end is None else end,
            session,
            since=since,
            triggerReason=one_of("ChargingStateChanged", *reasons),
            transactionInfo={"chargingState": one_of("EVConnected", *((ABSENT,) if told else ()))},
        )


async def _post_session(csms: FakeCSMS, session: Session) -> None:
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


async def _disconnected(csms: FakeCSMS, session: Session) -> None:
    """Take the cable out (E06.FR.02)."""
    if not session.stop_authorized:
        await _post_session(csms, session)
    mark = await unplug(csms, 1, session)
    if session.running:
        await expect_due_event(
            csms,
            3,
            session,
            since=mark,
            triggerReason="EVCommunicationLost",
            transactionInfo={"chargingState": "Idle"},
        )
    await expect_others_free(csms, 1, session)


async def _left_bay(csms: FakeCSMS, session: Session) -> None:
    """Drive out of the parking bay (E06.FR.01)."""
    if session.plugged:
        await _disconnected(csms, session)
    if not session.in_bay:
        return
    mark = await drive_out(csms, session)
    if session.running:
        await expect_due_event(csms, 1, session, since=mark, triggerReason="EVDeparted")
        await expect_others_free(csms, 1, session)


def StopAuthorized(  # noqa: N802  # a state of Part 6, under its name
    way: Way | None = None, token: Token | None = None
) -> State:
    """The stop is authorized, this way or the configured one; ``token``: locally, with another."""
    if token is not None:
        return State("StopAuthorized", partial(_stopped_locally, token=token))
    ways = {"local": _stopped_locally, "remote": _stopped_remotely}
    return State("StopAuthorized", _stop_authorized if way is None else ways[way])


EnergyTransferSuspended = State("EnergyTransferSuspended", _suspended)
EVConnectedPostSession = State("EVConnectedPostSession", _post_session)
EVDisconnected = State("EVDisconnected", _disconnected)
ParkingBayUnoccupied = State("ParkingBayUnoccupied", _left_bay)
