"""The TransactionEvent that a step of a charging session owes, by TxStartPoint and TxStopPoint."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, Check, fact, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.driver import expect_others_free


async def expect_due_event(
    csms: FakeCSMS, step: int, session: Session, *, since: int = 0, **fields: Any
) -> None:
    """The TransactionEvent that this step owes: Started, Updated or Ended by the points."""
    points = await csms.tx_points("Stop")
    left = session.left_bay and "ParkingBayOccupancy" in points  # E06.FR.01
    if not session.running:
        event_type, requirement = "Started", "E01.FR.01-06"
        if session.plugged and not session.earlier:  # E01.FR.16
            fields.setdefault("evse", session.evse_json)
    elif left or (session.stop_authorized and session.stops(points)):
        event_type, requirement = "Ended", "E06.FR.01-07"
    else:
        event_type, requirement = "Updated", "E02.FR.17"
    await csms.expect_transaction_event(
        step, session, since=since, requirement=requirement, eventType=event_type, **fields
    )
    check_reason(csms, session, step)
    if session.token_told and session.known_since is not None:
        _judge_unasked(csms, step, session, session.known_since)
        session.known_since = None


def _judge_unasked(csms: FakeCSMS, step: int, session: Session, since: int) -> None:
    """A driver whom the station knows is let in before the CSMS is asked about him, if it ever is.

    C01.FR.05 lets a station ask afterwards.
    """
    told = csms.last_event(session)
    asked = [a for a in csms.inbox.unclaimed(since) if a.action == "Authorize"]
    first = next((a for a in asked if a.mark < told.mark), None)
    actual = "asked before that" if first is not None else "silence"
    wanted = fact("silence", message="Authorize", fields={}, seconds=0)
    check = Check(
        "", "no AuthorizeRequest before the driver is let in", actual, first is None, wanted
    )
    csms.judge(step, "AuthorizeRequest", [check], "C12.FR.02, C14.FR.02")
    for arrival in asked:
        csms.claim(step, arrival)


async def expect_end(
    csms: FakeCSMS, step: int, session: Session, *, since: int, **fields: Any
) -> None:
    """The event that ends the transaction, with the stoppedReason that its stop calls for."""
    await csms.expect_transaction_event(
        step, session, since=since, requirement="E06.FR.01-07", eventType="Ended", **fields
    )
    check_reason(csms, session, step)
    await expect_others_free(csms, step, session)


def check_reason(csms: FakeCSMS, session: Session, step: int) -> None:
    """The stoppedReason of an Ended event, by how the stop was authorized (general rules, 2.1)."""
    if session.ended:
        reasons = _reasons(session)
        csms.judge_last_event(
            step,
            session,
            "E06.FR.08, E06.FR.09, F03.FR.03, C16.FR.07",
            transactionInfo={"stoppedReason": one_of(*reasons) if reasons[1:] else reasons[0]},
        )


def _reasons(session: Session) -> tuple[Any, ...]:
    if session.stopped_by:
        return (session.stopped_by,)
    reasons: tuple[Any, ...] = ("Remote",) if session.stopped_remotely else ("Local", ABSENT)
    if not session.plugged and not session.left_bay:
        # The driver ends it by unplugging (E06.FR.09; TC_E_14, erratum 2025-06).
        reasons = ("Local", "EVDisconnected", ABSENT)
        reasons = ("Remote", *reasons) if session.stopped_remotely else reasons
    # Both are true of one who was turned out and has left.
    return ("DeAuthorized", *reasons) if session.refused else reasons
