"""Reusable states of Part 6 for a charging station under test: what happened while it was offline.

Nothing of what drivers do there shows until the station is back.
"""

from __future__ import annotations

from harness import clock
from harness.ocppj.inbox import Closed
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.driver import stay
from harness.states_cs.session import locks_cable
from harness.states_cs.tokens import authorize_offline
from harness.sut.model import Token


def metered_time(csms: FakeCSMS) -> int:
    """Seconds offline in which there are meter values (note of TC_E_29, TC_E_33, TC_E_40)."""
    configured = csms.sut.configured
    return max(configured.retry_back_off_wait_minimum, 5 * configured.tx_updated_interval)


async def go_offline(csms: FakeCSMS, step: int) -> Closed:
    """Close the connection and accept none until ``come_back``."""
    for which in ("Start", "Stop"):
        await csms.tx_points(which)  # They cannot be asked for later.
    csms.refuse_connections(step=step)
    return await csms.disconnect(step)


async def come_back(csms: FakeCSMS, step: int, lost: Closed, *, after: float | None = None) -> int:
    """Accept connections again, ``after`` so many seconds if given, and wait for the station.

    Where its back-off doubles, that takes as long as it was offline (Part 4, 5.3). Returns the
    mark from which on the station tells of what happened.
    """
    if after is not None:
        csms.record.act(step, "waits", seconds=after)
        await stay_offline(after, since=lost.t)
    mark = csms.mark()
    csms.accept_connections(step=step)
    offline = clock.monotonic() - lost.t
    within = offline + csms.waits.connection()
    await csms.expect_connection(step, since=mark, within=within)
    return mark


async def stay_offline(seconds: float, since: float) -> None:
    """Wait until so many seconds after ``since`` (monotonic) have passed.

    The page wants the station offline for longer than a threshold: that is a time, no event.
    """
    await clock.sleep(max(0.0, since + seconds - clock.monotonic()))


async def present_offline(csms: FakeCSMS, session: Session, token: Token) -> None:
    """Present an idToken."""
    csms.changes.tokens_used = True
    await csms.operator.present_token(token, session.evse)


async def stop_offline(csms: FakeCSMS, session: Session) -> str:
    """Stop with the idToken, or by the vehicle where only the CSMS authorizes; the triggerReason.

    TC_E_31, erratum 2025-02.
    """
    if csms.sut.authorization == "local":
        await present_offline(csms, session, csms.sut.tokens.valid)
        return "StopAuthorized"
    session.suspended = True
    await csms.operator.ev_suspend(session.evse)
    return "ChargingStateChanged"


async def leave_offline(csms: FakeCSMS, session: Session) -> None:
    """Take the cable out and drive away."""
    session.energy = False
    await csms.operator.unplug(session.evse, session.connector)
    session.unplug()
    if session.in_bay:
        await csms.operator.drive_out(session.evse)
        session.in_bay, session.left_bay = False, True


async def _drive_in(csms: FakeCSMS, session: Session) -> None:
    if csms.sut.parking_bay_sensor:
        session.in_bay = True
        await csms.operator.drive_in(session.evse)


async def plug_in_offline(csms: FakeCSMS, session: Session) -> None:
    """Connect the vehicle."""
    session.plug()
    await csms.operator.plug_in(session.evse, session.connector)


async def _transaction_started(csms: FakeCSMS, session: Session) -> None:
    token = csms.sut.tokens.valid
    lost = await go_offline(csms, 1)
    await _drive_in(csms, session)
    await present_offline(csms, session, token)
    await plug_in_offline(csms, session)
    await stay(csms)
    await come_back(csms, 2, lost)


async def _transaction_ended(csms: FakeCSMS, session: Session) -> None:
    token = csms.sut.tokens.valid
    await authorize_offline(csms)
    lost = await go_offline(csms, 1)
    await _drive_in(csms, session)
    if locks_cable(csms):
        await present_offline(csms, session, token)
        await plug_in_offline(csms, session)
    else:
        await plug_in_offline(csms, session)
        await present_offline(csms, session, token)
    await stay(csms)
    await present_offline(csms, session, token)
    await leave_offline(csms, session)
    await come_back(csms, 2, lost)


#: A driver has begun to charge offline, by what the case prepared for that.
StartOfflineTransaction = State("StartOfflineTransaction", _transaction_started)
#: A driver has charged offline and left.
TransactionEventsInQueueEnded = State("TransactionEventsInQueueEnded", _transaction_ended)
