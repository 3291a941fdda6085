"""Reusable states of Part 6 for a charging station under test: a driver whom the CSMS refuses."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.session import EnergyTransferStarted, EVConnectedPreSession

#: Stop points that the end of an authorization fulfils (E05.FR.09, E05.FR.10).
ENDING = frozenset({"Authorized", "PowerPathClosed", "EnergyTransfer"})
#: What the charging state may be when energy has been stopped.
_STOPPED = ("EVConnected", "SuspendedEVSE")


async def _deauthorized(csms: FakeCSMS, session: Session) -> None:
    """The answer to the first event with the idToken refuses it (erratum 2025-04)."""
    if not session.token_told and not session.plugged:
        await csms.run(1, EVConnectedPreSession)
    if not session.token_told:
        await csms.run(1, EnergyTransferStarted)
    if await csms.variables.is_true("TxCtrlr.StopTxOnInvalidId", default=True):
        await expect_deauthorized(csms, 3, session)
    if session.plugged and "HFS-1" in csms.sut.features:
        unlock = await csms.send(
            5, "UnlockConnector", evseId=session.evse, connectorId=session.connector
        )
        await unlock.response(6)


async def expect_deauthorized(csms: FakeCSMS, step: int, session: Session) -> None:
    """The transaction is no longer authorized, and ends where TxStopPoint wants that."""
    ends = not ENDING.isdisjoint(await csms.tx_points("Stop"))
    states = _STOPPED if session.plugged else ("Idle",)
    reason: dict[str, Any] = {"stoppedReason": "DeAuthorized"} if ends else {}
    await csms.expect_transaction_event(
        step,
        session,
        triggerReason="Deauthorized",
        eventType="Ended" if ends else "Updated",
        # In this event or in the next one, and not again where it has been told (E05.FR.09).
        transactionInfo={"chargingState": one_of(*states, ABSENT), **reason},
        requirement="E05.FR.10, E06.FR.04, C15.FR.04" if ends else "E05.FR.09, C15.FR.03",
    )
    if session.running and session.charging_state not in ("Idle", *_STOPPED):
        await csms.expect_transaction_event(
            step,
            session,
            triggerReason="ChargingStateChanged",
            transactionInfo={"chargingState": one_of(*states)},
            requirement="E05.FR.09",
        )
    session.energy = False
    session.stop_authorized = session.refused = True


#: The CSMS has refused the driver of a transaction.
Deauthorized = State("Deauthorized", _deauthorized)
