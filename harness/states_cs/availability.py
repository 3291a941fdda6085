"""Reusable states of Part 6 for a charging station under test: not available to drivers."""

from __future__ import annotations

from collections.abc import Collection

from harness.evidence.matchers import ABSENT
from harness.peers.answers import in_the_future
from harness.peers.connectors import Connector
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session


def Unavailable(  # noqa: N802  # a state of Part 6, under its name
    evse: int | None = None, connector: int | None = None
) -> State:
    """The connector, the EVSE (without ``connector``) or the station was set Inoperative."""

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        places = csms.sut.connectors if evse is None else csms.sut.connectors_of(evse)
        if connector is not None:
            places = ((evse or 0, connector),)
        await _set_inoperative(csms, _evse_json(evse, connector), places)

    return State("Unavailable", steps, evse)


def _evse_json(evse: int | None, connector: int | None) -> dict[str, int]:
    """The EVSEType; empty for the whole station."""
    named = {"id": evse, "connectorId": connector}
    return {key: value for key, value in named.items() if value is not None}


async def _set_inoperative(
    csms: FakeCSMS, evse: dict[str, int], places: Collection[Connector]
) -> None:
    mark = csms.mark()
    change = await csms.send(
        1, "ChangeAvailability", operationalStatus="Inoperative", evse=evse or ABSENT
    )
    await change.response(2, status="Accepted", requirement="G03.FR.01, G03.FR.02")
    await csms.expect_connectors(3, dict.fromkeys(places, "Unavailable"), since=mark)


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
