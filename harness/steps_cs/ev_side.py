"""The cable leaves the vehicle, not the station (E09, E10)."""

from __future__ import annotations

from contextlib import suppress

from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.frames import Payload
from harness.operators.base import Unsupported
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.driver import expect_others_free
from harness.states_cs.session import ENERGY_STATES
from harness.steps_cs.locks import detachable, expect_lock

_ENDED_BY_LOSS = {"EVConnected", "PowerPathClosed"}
_BY_DRIVER = one_of("EVDisconnected", "StoppedByEV", "Local", ABSENT)


async def unplug_ev(csms: FakeCSMS, session: Session) -> int:
    """Disconnect the vehicle; the mark from which on the station tells of it."""
    session.lost_at, session.over = csms.mark(), session.ended
    await csms.hands.unplug_ev(session.evse, session.connector)
    session.plugged = detachable(csms)
    return session.lost_at


async def expect_ev_lost(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """A transaction that is still running tells that the vehicle is gone.

    The points decide whether that ends it (E06.FR.02, E06.FR.06, E09.FR.01), and the driver who
    unplugged may be left unsaid (E06.FR.09).
    """
    if session.ended:
        return
    # An authorization ends with the cable (E09.FR.01); where there was none, nothing of it does.
    by_loss = _ENDED_BY_LOSS | ({"Authorized"} if session.authorized else set[str]())
    ends = not by_loss.isdisjoint(await csms.tx_points("Stop"))
    await csms.expect_transaction_event(
        step,
        session,
        since=since,
        # The end of the authorization may have an event of its own (E03.FR.12, note).
        eventType=one_of("Updated", "Ended") if ends else "Updated",
        triggerReason="EVCommunicationLost",
        transactionInfo={
            "chargingState": "Idle",
            **({"stoppedReason": _BY_DRIVER} if ends else {}),
        },
        requirement="E09.FR.01, E02.FR.13",
    )
    if ends and session.running:
        await csms.expect_transaction_event(
            step,
            session,
            since=since,
            eventType="Ended",
            transactionInfo={"chargingState": one_of("Idle", ABSENT), "stoppedReason": _BY_DRIVER},
            requirement="E06.FR.02, E06.FR.06, E09.FR.01",
        )


async def expect_cable_kept(csms: FakeCSMS, step: int, session: Session, requirement: str) -> None:
    """The socket does not let go of the cable, as far as somebody sees that.

    One whose transaction had ended before that is free (E06.FR.10).
    """
    if detachable(csms) and not session.over:
        await expect_lock(csms, step, session, closed=True, requirement=requirement)


async def take_cable(csms: FakeCSMS, session: Session, *, locked: bool) -> int | None:
    """Take the cable out of its socket; one that is locked is given to its driver (E09.FR.03).

    The end of a transaction has unlocked it already (E06.FR.10). Returns the mark at which
    the driver has presented a token for it, or None.
    """
    if not detachable(csms):
        return None
    mark = csms.mark()
    presented = locked and not session.over and await _unlock(csms, session)
    session.lost_at = csms.mark()
    await csms.hands.unplug(session.evse, session.connector)
    session.unplug()
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

    ``presented``: the mark at which a token was presented for the cable.
    """
    await csms.expect_connectors(
        step, {session.connector_key: "Available"}, since=session.lost_at, requirement="G01.FR.04"
    )
    await expect_others_free(csms, step, session)
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


async def connect_again(csms: FakeCSMS, session: Session) -> int:
    """Connect a vehicle that takes energy to the same cable; the mark from which on it shows."""
    mark = csms.mark()
    with suppress(Unsupported):
        await csms.operator.attempt("ev_ready", evse=session.evse)
    session.suspended = False
    session.plug()
    await csms.hands.plug_in(session.evse, session.connector)
    return mark


async def expect_cable_told(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """The cable is in again: one event or two, as with any cable (Part 2 E, 1.5; E02.FR.17)."""
    await csms.expect_transaction_event(
        step,
        session,
        since=since,
        eventType="Updated",
        triggerReason=one_of("CablePluggedIn", "ChargingStateChanged"),
        transactionInfo={"chargingState": one_of(*ENERGY_STATES, ABSENT)},
        requirement="E02.FR.13, E02.FR.17",
    )
