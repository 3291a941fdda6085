"""The cable leaves the vehicle, not the station (E09, E10)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.frames import Payload
from harness.operators.base import Unsupported
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session

_ENDED_BY_LOSS = {"EVConnected", "PowerPathClosed", "Authorized"}
_BY_DRIVER = one_of("EVDisconnected", "StoppedByEV", "Local", ABSENT)


async def expect_ev_lost(
    csms: FakeCSMS,
    step: int,
    session: Session,
    *,
    transactionInfo: dict[str, Any] | None = None,  # noqa: N803  # a field of OCPP
    requirement: str,
    **fields: Any,
) -> None:
    """Disconnect the vehicle; a transaction that is still running tells of it.

    Where the page leaves it open, the points decide whether that ends it (E06.FR.02, E06.FR.06,
    E09.FR.01), and the driver who unplugged may be left unsaid (E06.FR.09).
    """
    session.lost_at, session.over = csms.inbox.mark, session.ended
    await csms.hands.unplug_ev(session.evse, session.connector)
    session.plugged = _detachable(csms)
    if session.ended:
        return
    info = {"chargingState": "Idle", **(transactionInfo or {})}
    if "eventType" not in fields:
        ends = not _ENDED_BY_LOSS.isdisjoint(await csms.tx_points("Stop"))
        # The end of the authorization may have an event of its own (E03.FR.12, note).
        fields["eventType"] = one_of("Updated", "Ended") if ends else "Updated"
        info |= {"stoppedReason": _BY_DRIVER} if ends else {}
    else:
        ends = False
    await csms.expect_transaction_event(
        step,
        session,
        since=session.lost_at,
        triggerReason="EVCommunicationLost",
        transactionInfo=info,
        requirement=requirement,
        **fields,
    )
    if ends and session.running:
        await csms.expect_transaction_event(
            step,
            session,
            since=session.lost_at,
            eventType="Ended",
            transactionInfo={"chargingState": one_of("Idle", ABSENT), "stoppedReason": _BY_DRIVER},
            requirement="E06.FR.02, E06.FR.06, E09.FR.01",
        )


async def take_cable(csms: FakeCSMS, session: Session, *, locked: bool) -> int | None:
    """Take the cable out of its socket; one that is locked is given to its driver (E09.FR.03).

    The end of a transaction has unlocked it already (E06.FR.10). Returns the place in the inbox at
    which the driver has presented a token for it, or None.
    """
    if not _detachable(csms):
        return None
    mark = csms.inbox.mark
    presented = locked and not session.over and await _unlock(csms, session)
    session.lost_at = csms.inbox.mark
    await csms.hands.unplug(session.evse, session.connector)
    session.plugged = False
    return mark if presented else None


async def _unlock(csms: FakeCSMS, session: Session) -> bool:
    """Have the cable unlocked; whether a token was presented for that."""
    if csms.sut.authorization == "local":
        await csms.operator.present_token(csms.sut.tokens.valid, session.evse)
        return True
    # There is no reader: the driver asks the CSMS (F05).
    sent = await csms.send(
        "unlock", "UnlockConnector", evseId=session.evse, connectorId=session.connector
    )
    await sent.settled()
    return False


async def expect_free(
    csms: FakeCSMS, step: int, session: Session, *, presented: int | None = None
) -> None:
    """The connector is available again.

    ``presented``: place in the inbox at which a token was presented for the cable.
    """
    connector = (session.evse, session.connector)
    await csms.expect_connectors(
        step, {connector: "Available"}, since=session.lost_at, requirement="G01.FR.04"
    )
    if presented is not None:
        await _claim_token(csms, session, presented)


async def _claim_token(csms: FakeCSMS, session: Session, since: int) -> None:
    """The station may ask whose cable it is, and tell of the token in a running transaction."""
    token = csms.same_token(csms.sut.tokens.valid)

    def asked() -> bool | None:
        return any(a.action == "Authorize" for a in csms.inbox.unclaimed(since)) or None

    await csms.inbox.wait(asked, csms.sut.limits.silence)
    await csms.optionally("unlock", "Authorize", since=since, idToken=token)
    if session.running:
        await csms.optionally(
            "unlock",
            "TransactionEvent",
            where=_tells_token,
            since=since,
            eventType="Updated",
            transactionInfo={"transactionId": session.transaction_id},
            idToken=one_of(ABSENT, token),
        )


def _tells_token(payload: Payload) -> bool:
    return payload["triggerReason"] in ("Authorized", "StopAuthorized")


async def connect_again(csms: FakeCSMS, session: Session) -> None:
    """Connect a vehicle that takes energy to the same cable."""
    with suppress(Unsupported):
        await csms.operator.attempt("ev_ready", evse=session.evse)
    session.suspended, session.plugged = False, True
    await csms.hands.plug_in(session.evse, session.connector)


def _detachable(csms: FakeCSMS) -> bool:
    return "HFS-1" in csms.sut.features
