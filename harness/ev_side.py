"""The cable leaves the vehicle, not the station (E09, E10)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from harness.fake_csms import FakeCSMS
from harness.operators.base import Unsupported
from harness.session import Session


async def expect_ev_lost(
    csms: FakeCSMS,
    step: int,
    session: Session,
    *,
    transactionInfo: dict[str, Any] | None = None,  # noqa: N803  # a field of OCPP
    requirement: str,
    **fields: Any,
) -> None:
    """Disconnect the vehicle; a transaction that is still running tells of it."""
    session.lost_at = csms.inbox.now
    await csms.hands.unplug_ev(session.evse, session.connector)
    session.plugged = _detachable(csms)
    if session.ended:
        return
    await csms.expect_transaction_event(
        step,
        session,
        since=session.lost_at,
        triggerReason="EVCommunicationLost",
        transactionInfo={"chargingState": "Idle", **(transactionInfo or {})},
        requirement=requirement,
        **fields,
    )


async def take_cable(csms: FakeCSMS, session: Session, *, locked: bool) -> None:
    """Take the cable out of its socket; one that is locked is given to its driver (E09.FR.03)."""
    if not _detachable(csms):
        return
    if locked:
        await csms.operator.present_token(csms.sut.tokens.valid, session.evse)
        await csms.optionally("unlock", "Authorize")
    session.lost_at = csms.inbox.now
    await csms.hands.unplug(session.evse, session.connector)
    session.plugged = False


async def expect_free(csms: FakeCSMS, step: int, session: Session) -> None:
    """The connector is available again."""
    connector = (session.evse, session.connector)
    await csms.expect_connectors(
        step, {connector: "Available"}, since=session.lost_at, requirement="G01.FR.04"
    )


async def connect_again(csms: FakeCSMS, session: Session) -> None:
    """Connect a vehicle that takes energy to the same cable."""
    with suppress(Unsupported):
        await csms.operator.attempt("ev_ready", evse=session.evse)
    session.suspended, session.plugged = False, True
    await csms.hands.plug_in(session.evse, session.connector)


def _detachable(csms: FakeCSMS) -> bool:
    return "HFS-1" in csms.sut.features
