"""Reusable states of Part 6 for a charging station under test: not available to drivers."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT
from harness.ocppj.payloads import evse_type
from harness.peers.answers import in_the_future
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session


def Unavailable(  # noqa: N802  # a state of Part 6, under its name
    evse: int | None = None, connector: int | None = None
) -> State:
    """The connector, the EVSE (without ``connector``) or the station was set Inoperative."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        source = "G03.FR.01, G03.FR.02"
        mark = await change_availability(
            csms, 1, 2, "Inoperative", evse, connector, requirement=source
        )
        places = csms.sut.places_of(evse, connector)
        await csms.expect_connectors(3, dict.fromkeys(places, "Unavailable"), since=mark)

    return State("Unavailable", steps, evse)


async def change_availability(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    status: str,
    evse: int | None = None,
    connector: int | None = None,
    *,
    answer: str = "Accepted",
    requirement: str = "G03.FR.01-03, G04.FR.01-04",
) -> int:
    """Ask for it (Operative or Inoperative); the mark from which on the station tells of it."""
    mark, place = csms.mark(), evse_type(evse, connector)
    sent = await csms.send(
        step, "ChangeAvailability", operationalStatus=status, evse=place or ABSENT
    )
    await sent.response(answer_step, status=answer, requirement=requirement)
    return mark


#: Reservation id that the harness uses; any integer will do.
_RESERVATION = 901


async def _reserved(csms: FakeCSMS, session: Session) -> None:
    csms.changes.reservations.append(_RESERVATION)
    mark = csms.mark()
    reserve = await csms.send(
        1,
        "ReserveNow",
        id=_RESERVATION,
        expiryDateTime=in_the_future(600),
        idToken=csms.sut.tokens.valid.as_json(),
        evseId=session.evse,
    )
    await reserve.response(2, status="Accepted", requirement="H01.FR.04")
    reserved = dict.fromkeys(csms.sut.connectors_of(session.evse), "Reserved")
    await csms.expect_connectors(3, reserved, since=mark)


#: The configured EVSE is reserved for the configured valid idToken.
Reserved = State("Reserved", _reserved)
