"""What a driver does at a station under test, and what the connector tells of it.

Every act returns its mark: what the inbox holds from there on tells of it.
"""

from __future__ import annotations

from harness import clock
from harness.peers.connectors import Statuses
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.sut.model import Token


async def drive_in(csms: FakeCSMS, session: Session) -> int:
    """Drive into the parking bay."""
    mark = csms.mark()
    await csms.hands.drive_in(session.evse)
    session.in_bay = True
    return mark


async def plug_in(csms: FakeCSMS, step: int, session: Session) -> int:
    """Connect the vehicle; the connector is occupied (``step``)."""
    mark = session.ready_at = csms.mark()
    session.plug()
    await csms.hands.plug_in(session.evse, session.connector)
    if (
        session.authorized
        and not session.energy
        and clock.monotonic() > session.ev_connection_deadline
    ):
        reason = "the cable came in after EVConnectionTimeOut: the hands were slow"
        raise csms.undrivable(reason, "operator plug_in")
    await csms.expect_connectors(
        step, {session.connector_key: "Occupied"}, since=mark, requirement="E02.FR.05"
    )
    return mark


async def suspend(csms: FakeCSMS, session: Session) -> int:
    """Have the vehicle take no energy."""
    mark = csms.mark()
    session.suspended = True
    await csms.hands.ev_suspend(session.evse)
    session.energy = False
    return mark


async def present_to_stop(csms: FakeCSMS, session: Session, token: Token | None = None) -> int:
    """Present an idToken, by default that with which the transaction was started."""
    mark = csms.mark()
    shown = token or session.token or csms.sut.tokens.valid
    await csms.hands.present_token(shown, session.evse)
    session.stop_authorized = True
    return mark


async def stay(csms: FakeCSMS, *, charged: float = 0.0) -> None:
    """Charge for the configured transaction duration; ``charged``: seconds of it that are over."""
    seconds = csms.sut.configured.transaction_duration
    csms.record.act("manual", "waits", seconds=seconds)
    await clock.sleep(max(0.0, seconds - charged))


async def unplug(csms: FakeCSMS, step: int, session: Session) -> int:
    """Take the cable out; the connector is available (``step``).

    One that is to become Unavailable is that now, or has told so before (G01.FR.05).
    """
    mark = csms.mark()
    await csms.hands.unplug(session.evse, session.connector)
    session.unplug()
    wanted: Statuses = "Available"
    since, within = mark, None
    if session.inoperative_since is not None:
        wanted, since = "Unavailable", session.inoperative_since
    elif session.closing_since is not None:
        wanted, since = ("Available", "Unavailable"), session.closing_since
    elif csms.reboot_due:
        since_end = session.ended_at if session.ended else mark
        held = await _is_held(csms, session, since_end)
        wanted, since, within = ("Unavailable", since_end, 0) if held else ("Available", mark, 0)
    await csms.expect_connectors(
        step,
        {session.connector_key: wanted},
        since=since,
        within=within,
        requirement="G01.FR.04" if session.inoperative_since is None else "G01.FR.05",
    )
    return mark


async def _is_held(csms: FakeCSMS, session: Session, since: int) -> bool:
    """Whether an EVSE where nobody charges is unavailable for a reset that waits (B12, step 3a)."""

    def free() -> str | None:
        told = csms.latest_reports(since).get(session.connector_key)
        return told.status if told and told.status in ("Available", "Unavailable") else None

    return await csms.inbox.wait(free, csms.sut.limits.event) == "Unavailable"


async def expect_others_free(csms: FakeCSMS, step: int, session: Session) -> None:
    """Connectors that nobody could use because of another one of their EVSE are available again.

    That one is free, and so is its EVSE: its transaction has ended (E01.FR.14).
    """
    waits = csms.reboot_due or session.closing_since is not None
    if session.running or session.plugged or waits:
        return
    reported = csms.latest_reports()
    others = set(csms.sut.connectors_of(session.evse)) & reported.keys() - {session.connector_key}
    others -= csms.inoperative_connectors
    taken = [each for each in others if reported[each].status in ("Unavailable", "Occupied")]
    if taken:
        wanted = dict.fromkeys(sorted(taken), "Available")
        await csms.expect_connectors(step, wanted, requirement="E01.FR.14, G01.FR.04")


async def drive_out(csms: FakeCSMS, session: Session) -> int:
    """Drive out of the parking bay."""
    mark = csms.mark()
    await csms.hands.drive_out(session.evse)
    session.in_bay, session.left_bay = False, True
    return mark
