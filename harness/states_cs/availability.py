"""Reusable states of Part 6 for a charging station under test: not available to drivers."""

from __future__ import annotations

from harness.peers.answers import in_the_future
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session


async def _unavailable(csms: FakeCSMS, session: Session) -> None:
    evse = {"id": session.evse, "connectorId": session.connector}
    csms.changes.inoperative.append(evse)
    mark = csms.inbox.mark
    change = await csms.send(1, "ChangeAvailability", operationalStatus="Inoperative", evse=evse)
    await change.response(2, status="Accepted")
    connector = (session.evse, session.connector)
    await csms.expect_connectors(3, {connector: "Unavailable"}, since=mark)


#: The configured connector was set Inoperative.
Unavailable = State("Unavailable", _unavailable)

#: Reservation id that the harness uses; any integer will do.
_RESERVATION = 901


async def _reserved(csms: FakeCSMS, session: Session) -> None:
    csms.changes.reservations.append(_RESERVATION)
    mark = csms.inbox.mark
    reserve = await csms.send(
        1,
        "ReserveNow",
        id=_RESERVATION,
        expiryDateTime=in_the_future(600),
        idToken=csms.sut.tokens.valid.as_json(),
        evseId=session.evse,
    )
    await reserve.response(2, status="Accepted")
    reserved = {
        (evse, connector): "Reserved"
        for evse, connector in csms.sut.connectors
        if evse == session.evse
    }
    await csms.expect_connectors(3, reserved, since=mark)


#: The configured EVSE is reserved for the configured valid idToken.
Reserved = State("Reserved", _reserved)
