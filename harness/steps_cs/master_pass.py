"""The holder of a master pass, who stops what others charge (C16)."""

from __future__ import annotations

from typing import cast

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.groups import expect_stopped_by
from harness.steps_cs.refusals import ask_about_everybody, present

_STOP = "StopAuthorized"


async def know_master_pass(csms: FakeCSMS) -> None:
    """Let the group of masters be one, and the CSMS say so of the master pass."""
    tokens = csms.sut.tokens
    await csms.configure({"AuthCtrlr.MasterPassGroupId": tokens.master_group.id_token})
    await ask_about_everybody(csms)
    csms.says_of(tokens.master_pass, group=tokens.master_group)


async def charge_everywhere(csms: FakeCSMS) -> list[Session]:
    """Energy flows at the configured EVSE and at a second one, to drivers of their own.

    With the same idToken the second driver would stop the first one (E07.FR.01).
    """
    tokens, configured = csms.sut.tokens, csms.sut.configured.evse_id
    others = [evse for evse in csms.sut.evses if evse != configured]
    found: list[Session] = []
    for evse, token in zip((None, *others), (tokens.valid, tokens.valid2), strict=False):
        session = csms.session(evse)
        session.token = token
        state = EnergyTransferStarted if evse is None else EnergyTransferStarted.on(evse)
        found.append(await csms.reach(state))
    return found


async def present_master_pass(csms: FakeCSMS, step: int) -> int:
    """Present it; the CSMS is asked (``step``). The mark from which on something comes of it."""
    return await present(csms, step, csms.sut.tokens.master_pass, "C01.FR.02, C16.FR.01-02")


async def expect_choice(csms: FakeCSMS, step: int, sessions: list[Session], *, since: int) -> None:
    """Nothing stops before it is chosen on the screen what is to stop (C16.FR.01)."""

    def stopped(arrival: Arrival) -> bool:
        payload = cast(Payload, arrival.payload)
        stops = payload.get("eventType") == "Ended" or payload.get("triggerReason") == _STOP
        return stops and any(csms.belongs(arrival, session) for session in sessions)

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest of a stop that was not chosen",
        unwanted=stopped,
        # The screen need not wait for long.
        seconds=csms.sut.limits.settle,
        since=since,
        requirement="C16.FR.01",
        triggerReason=_STOP,
    )


async def expect_stopped_by_master(
    csms: FakeCSMS, step: int, session: Session, *, since: int
) -> None:
    """The session's transaction is stopped; its end, now or later, is said to be by MasterPass."""
    session.stopped_by = "MasterPass"
    await expect_stopped_by(csms, step, session, csms.sut.tokens.master_pass, since=since)
