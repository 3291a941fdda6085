"""The lock of a connector: told to open, and looked at (F05)."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import Check, fact
from harness.evidence.transcript import Kind
from harness.operators.base import Unsupported
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session


async def unlock(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    session: Session,
    *,
    status: Any,
    requirement: str,
    connector: int | None = None,
) -> None:
    """Tell the station to unlock the session's connector, or another one of that EVSE."""
    number = session.connector if connector is None else connector
    sent = await csms.send(step, "UnlockConnector", evseId=session.evse, connectorId=number)
    await sent.response(answer_step, status=status, requirement=requirement)


async def expect_lock(
    csms: FakeCSMS, step: int, session: Session, *, closed: bool, requirement: str
) -> None:
    """Whether the plug is locked in, where somebody can see that."""
    place = {"evse": session.evse, "connector": session.connector}
    try:
        seen = await csms.operator.attempt("look", what="lock", **place)
    except Unsupported as reason:
        csms.transcript.add(Kind.NOTE, text=f"nobody looked at the lock: {reason}")
        return
    words = {True: "locked in", False: "free"}
    wanted, actual = words[closed], words[bool(seen)]
    check = Check("plug", wanted, actual, bool(seen) is closed, fact("lock", closed=closed))
    csms.judge(step, "what is seen at the connector", [check], requirement)
