"""Drivers of one group: each may stop what another one has begun (C09)."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT, Check, fact, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.stop import expect_stop
from harness.sut.model import Token


async def expect_stopped_by(
    csms: FakeCSMS, step: int, session: Session, token: Token, *, since: int
) -> None:
    """The transaction is stopped by a driver who did not begin it (C09.FR.03, E07.FR.02)."""
    session.stop_authorized = True
    await expect_stop(
        csms,
        step,
        session,
        since=since,
        triggerReason="StopAuthorized",
        idToken=one_of(ABSENT, csms.same_token(token)),
    )


def judge_unasked(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """A driver whom the station knows has stopped it before the CSMS was asked, if it ever was.

    C09.FR.04 lets a station ask, C09.FR.07 not before the authorization has ended.
    """
    events = csms.events_of(session, since)
    told = next(a for a in events if a.payload.get("triggerReason") == "StopAuthorized")
    asked = [a for a in csms.inbox.unclaimed(since) if a.action == "Authorize"]
    sooner = any(arrival.mark < told.mark for arrival in asked)
    wanted = fact("silence", message="Authorize", fields={}, seconds=0)
    actual = "asked before that" if sooner else "silence"
    check = Check("", "no AuthorizeRequest before the stop", actual, not sooner, wanted)
    csms.judge(step, "AuthorizeRequest", [check], "C09.FR.07, E07.FR.01")
    for arrival in asked:
        csms.claim(step, arrival)
