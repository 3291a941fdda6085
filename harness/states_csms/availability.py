"""The reusable state Unavailable for a CSMS under test."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT
from harness.ocppj.payloads import evse_type
from harness.peers.fake_station import FakeStation, State


def Unavailable(  # noqa: N802  # a state of Part 6, under its name
    evse: int | None = None, connector: int | None = None
) -> State:
    """The CSMS has made the connector, the EVSE (without ``connector``) or the station Inoperative.

    A station tells that in either way; here by StatusNotification.
    """

    async def steps(station: FakeStation) -> None:
        await request_availability(station, 1, 2, "Inoperative", evse, connector)
        for place in station.sut.places_of(evse, connector):
            await station.report_connector(3, 4, "Unavailable", place)

    return State("Unavailable", steps)


async def request_availability(
    station: FakeStation,
    step: int,
    answer_step: int,
    status: str,
    evse: int | None = None,
    connector: int | None = None,
    *,
    answer: str = "Accepted",
) -> None:
    """Have the CSMS ask for Operative or Inoperative, there and nowhere else; answer it so."""
    place = evse_type(evse, connector)
    level = "G04.FR.01" if evse is None else "G03.FR.01"
    wanted: Any = {"id": evse, "connectorId": ABSENT if connector is None else connector}
    await station.requested(
        step,
        answer_step,
        "ChangeAvailability",
        wish={"evse": place} if place else {},
        answer={"status": answer},
        operationalStatus=status,
        evse=wanted if place else ABSENT,
        requirement=level,
    )
    station.transaction.inoperative = answer == "Scheduled"
