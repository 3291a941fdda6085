"""What drivers do at a station that is offline: nothing of it shows until it is back."""

from __future__ import annotations

import asyncio

from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.session import locks_cable
from harness.steps_cs.preparations import stop_at
from harness.sut.model import Token

_STOP = "TxCtrlr.StopTxOnEVSideDisconnect"


async def end_by_leaving(csms: FakeCSMS) -> None:
    """Have a vehicle that stops and leaves end the transaction (TC_E_31 without a reader)."""
    ends = {"EnergyTransfer", "PowerPathClosed", "EVConnected"}
    if csms.sut.parking_bay_sensor:
        ends.add("ParkingBayOccupancy")
    if not ends.isdisjoint(await csms.tx_points("Stop")):
        return
    await csms.configure({_STOP: "true"}, if_writable=True)  # E09.FR.01
    if not await csms.variables.is_true(_STOP, default=False):
        await stop_at(csms, "EVConnected", "PowerPathClosed", "EnergyTransfer")


async def leave_unseen(
    csms: FakeCSMS, session: Session, token: Token | None = None, *, by_driver: bool = True
) -> None:
    """Stop the transaction, unplug and drive out (TC_E_31, TC_E_44, TC_E_45).

    Where only the CSMS can stop it (not ``by_driver``), the vehicle does (TC_E_31, erratum
    2025-02).
    """
    if by_driver:
        await csms.operator.present_token(token or csms.sut.tokens.valid, session.evse)
        session.stop_authorized = True
    else:
        session.suspended = True
        await csms.operator.ev_suspend(session.evse)
    session.energy = False
    await _unplug(csms, session)


async def expect_left(csms: FakeCSMS, step: int | str, session: Session, since: int) -> None:
    """The connector is free again, which the station has to tell once it is back (B04.FR.01-02)."""
    connector = (session.evse, session.connector)
    requirement = "B04.FR.01, B04.FR.02"
    await csms.expect_connectors(
        step, {connector: "Available"}, since=since, requirement=requirement
    )


async def arrive_unseen(csms: FakeCSMS, session: Session) -> None:
    """Drive in, identify, plug in and charge (reusable state StartOfflineTransaction)."""
    await _drive_in(csms, session)
    await csms.operator.present_token(csms.sut.tokens.valid, session.evse)
    await _plug_in(csms, session)
    await _charge(csms)


async def charge_unseen(csms: FakeCSMS, session: Session) -> None:
    """A whole visit (memory state TransactionEventsInQueueEnded)."""
    if locks_cable(csms):
        await arrive_unseen(csms, session)
    else:
        await _drive_in(csms, session)
        await _plug_in(csms, session)
        await csms.operator.present_token(csms.sut.tokens.valid, session.evse)
        await _charge(csms)
    await csms.operator.present_token(csms.sut.tokens.valid, session.evse)
    await _unplug(csms, session)


async def _drive_in(csms: FakeCSMS, session: Session) -> None:
    csms.changes.tokens_used = True
    if csms.sut.parking_bay_sensor:
        session.in_bay = True
        await csms.operator.drive_in(session.evse)


async def _plug_in(csms: FakeCSMS, session: Session) -> None:
    session.plugged = True
    await csms.operator.plug_in(session.evse, session.connector)


async def _charge(csms: FakeCSMS) -> None:
    # A driver charges for the configured transaction duration.
    await asyncio.sleep(csms.sut.configured.transaction_duration)


async def _unplug(csms: FakeCSMS, session: Session) -> None:
    await csms.operator.unplug(session.evse, session.connector)
    session.plugged = False
    if session.in_bay:
        await csms.operator.drive_out(session.evse)
        session.in_bay, session.left_bay = False, True
