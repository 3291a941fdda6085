"""The lock of a connector: told to open, and looked at (F05)."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import Check, fact
from harness.evidence.transcript import Kind
from harness.operators.base import Unsupported
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.energy_flow import expect_no_more_energy


async def unlock(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    session: Session,
    *,
    status: Any,
    requirement: str,
    connector: int | None = None,
) -> str:
    """Tell the station to unlock the session's connector, or another one of that EVSE.

    The status that it answers.
    """
    number = session.connector if connector is None else connector
    sent = await csms.send(step, "UnlockConnector", evseId=session.evse, connectorId=number)
    answer = await sent.response(answer_step, status=status, requirement=requirement)
    return str(answer["status"])


async def expect_result(csms: FakeCSMS, step: int, session: Session, told: str) -> None:
    """The lock is as the answer says; that it stays closed has to be seen (F05.FR.04-05)."""
    failed = told == "UnlockFailed"
    source = "F05.FR.05" if failed else "F05.FR.04"
    seen = await expect_lock(csms, step, session, closed=failed, requirement=source)
    if failed and not seen:
        raise csms.undrivable("UnlockFailed, and nobody can see whether the lock stays closed")


def detachable(csms: FakeCSMS) -> bool:
    """Whether a cable can be taken out at the station."""
    return "HFS-1" in csms.sut.features


async def expect_released(csms: FakeCSMS, step: int, session: Session, requirement: str) -> None:
    """Who has stopped, or was stopped, gets no energy any more (``requirement``), and the cable."""
    await expect_no_more_energy(csms, step, session, requirement)
    await expect_unlocked(csms, step, session)


async def expect_unlocked(csms: FakeCSMS, step: int, session: Session) -> None:
    """The end of a transaction has unlocked the cable (E06.FR.10, E07.FR.07)."""
    if not (session.ended and detachable(csms)):
        return
    # A lock may wait until the vehicle has noticed.
    await csms.inbox.wait(lambda: None, csms.sut.limits.silence)
    await expect_lock(csms, step, session, closed=False, requirement="E06.FR.10, E07.FR.07")


async def expect_lock(
    csms: FakeCSMS, step: int, session: Session, *, closed: bool, requirement: str
) -> bool:
    """Whether the lock is closed is judged where somebody can see it; whether that is so."""
    place = {"evse": session.evse, "connector": session.connector}
    try:
        seen = await csms.operator.attempt("look", what="lock", **place)
    except Unsupported as reason:
        csms.transcript.add(Kind.NOTE, text=f"nobody looked at the lock: {reason}")
        return False
    words = {True: "closed", False: "open"}
    wanted, actual = words[closed], words[bool(seen)]
    check = Check("lock", wanted, actual, bool(seen) is closed, fact("lock", closed=closed))
    csms.judge(step, "what is seen at the connector", [check], requirement)
    return True
