"""Drivers who are refused, or who may not stop what another one has begun (C01, C09, C10)."""

from __future__ import annotations

from typing import cast

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session

#: Reasons of an event that a driver brings about by identifying.
_BY_DRIVER = ("Authorized", "StopAuthorized", "RemoteStart")


async def turn_out_refused(csms: FakeCSMS) -> None:
    """Have the transaction of a refused driver end at once (E05.FR.10)."""
    await csms.configure({"TxCtrlr.StopTxOnInvalidId": "true"})
    await csms.configure({"TxCtrlr.MaxEnergyOnInvalidId": "0"}, if_writable=True)


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
    csms: FakeCSMS, step: int, session: Session, *, since: int, requirement: str
) -> None:
    """The driver does not stop the transaction of another one: it tells nothing of him."""

    def by_him(arrival: Arrival) -> bool:
        if not csms.belongs(arrival, session):
            return False
        payload = cast(Payload, arrival.payload)
        ended = payload.get("eventType") == "Ended"
        return ended or "idToken" in payload or payload.get("triggerReason") == "StopAuthorized"

    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest by which the other driver stops it",
        unwanted=by_him,
        since=since,
        requirement=requirement,
        triggerReason="StopAuthorized",
    )


def _admits(payload: Payload) -> bool:
    state = inner(payload, "transactionInfo").get("chargingState")
    named = "idToken" in payload or payload.get("triggerReason") in _BY_DRIVER
    return named or state in ("Charging", "SuspendedEV")
