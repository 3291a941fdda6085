"""Drivers who are refused, or who may not stop what another one has begun (C01, C09, C10)."""

from __future__ import annotations

from typing import cast

from harness.evidence.matchers import compare
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.stop import WITHOUT_ENERGY
from harness.steps_cs.preparations import ask_csms, authorize_drivers, know_nobody
from harness.sut.model import Token

#: Reasons of an event that a driver brings about by identifying.
_BY_DRIVER = ("Authorized", "StopAuthorized", "RemoteStart")


async def ask_about_everybody(csms: FakeCSMS) -> None:
    """Have the station ask the CSMS about whoever identifies, as it knows nobody (C01.FR.02)."""
    await authorize_drivers(csms)
    await ask_csms(csms)
    await know_nobody(csms)


async def present(
    csms: FakeCSMS, step: int | str, token: Token, requirement: str = "C01.FR.02"
) -> int:
    """Present an idToken; the CSMS is asked (``step``). The mark since which something follows."""
    csms.changes.tokens_used = True
    mark = csms.mark()
    await csms.hands.present_token(token, csms.sut.configured.evse_id)
    asked = await csms.expect(
        step,
        "Authorize",
        since=mark,
        idToken=csms.same_token(token),
        requirement=requirement,
    )
    return asked.mark


async def expect_turned_away(
    csms: FakeCSMS, step: int, answer_step: int, token: Token, status: str
) -> None:
    """A driver identifies; the CSMS, who is asked, gives this status, and he gets nothing."""
    csms.says_of(token, status)
    mark = csms.mark()
    await present(csms, step, token)
    await expect_refused(csms, answer_step, since=mark)


async def turn_out_refused(csms: FakeCSMS, most: int = 0) -> None:
    """Have the transaction of a refused driver end at once (E05.FR.10).

    ``most``: the Wh that others might have, whose transactions go on.
    """
    await csms.configure({"TxCtrlr.StopTxOnInvalidId": "true"})
    await csms.configure({"TxCtrlr.MaxEnergyOnInvalidId": str(most)}, if_writable=most == 0)


async def expect_refused(
    csms: FakeCSMS, step: int, *, since: int, requirement: str = "C01.FR.01, C01.FR.07"
) -> None:
    """The driver is refused in deeds: no event is about him, and nothing is charged for him.

    A transaction that the cable began goes on telling of itself (E02.FR.10, E02.FR.16).
    """

    def for_him(arrival: Arrival) -> bool:
        return arrival.action == "TransactionEvent" and _admits(cast(Payload, arrival.payload))

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest by which the driver is let in",
        unwanted=for_him,
        since=since,
        requirement=requirement,
        idToken={},
    )


async def expect_not_stopped(
    csms: FakeCSMS,
    step: int,
    session: Session,
    *,
    since: int,
    requirement: str,
    refused: bool = False,
) -> None:
    """The driver does not stop the transaction of another one: it goes on, and tells not of him.

    ``refused``: nor is he let in elsewhere.
    """

    def by_him(arrival: Arrival) -> bool:
        if arrival.action != "TransactionEvent":
            return False
        payload = cast(Payload, arrival.payload)
        if not csms.belongs(arrival, session):
            return refused and _admits(payload)
        named = "idToken" in payload or payload.get("triggerReason") in _BY_DRIVER
        return named or payload.get("eventType") == "Ended" or _stops(payload)

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest by which the other driver stops it",
        unwanted=by_him,
        since=since,
        requirement=requirement,
        triggerReason="StopAuthorized",
    )


def claim_elsewhere(csms: FakeCSMS, step: int, token: Token, *, since: int) -> None:
    """An accepted driver may begin at another EVSE, where one reader serves several."""
    for arrival in csms.inbox.unclaimed(since):
        named = compare({"idToken": csms.same_token(token)}, cast(Payload, arrival.payload))
        if arrival.action == "TransactionEvent" and all(check.ok for check in named):
            csms.claim(step, arrival)


def _stops(payload: Payload) -> bool:
    state = inner(payload, "transactionInfo").get("chargingState")
    return payload.get("triggerReason") == "Deauthorized" or state in WITHOUT_ENERGY


def _admits(payload: Payload) -> bool:
    state = inner(payload, "transactionInfo").get("chargingState")
    named = "idToken" in payload or payload.get("triggerReason") in _BY_DRIVER
    return named or state in ("Charging", "SuspendedEV")
