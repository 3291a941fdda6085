"""Times that a page has the station wait for."""

from __future__ import annotations

from harness import clock
from harness.evidence.matchers import Check
from harness.peers.fake_station import FakeStation
from harness.peers.peer import OPEN


async def wait_for_next_boot(station: FakeStation, step: int, interval: int) -> None:
    """The time until a station that is not accepted may boot again (B02.FR.07-08, the page).

    The CSMS must leave the connection open (B02.FR.06).
    """
    await clock.sleep(interval or station.sut.configured.heartbeat_interval)
    state = station.connection_note().removeprefix("; ") or "open"
    check = Check("", "kept open while Pending", state, station.wire is not None, OPEN)
    station.judge(step, "connection", [check], "B02.FR.06")


async def wait_for_ev_connection_timeout(station: FakeStation) -> None:
    """The time in which a driver who identified has to plug in."""
    await clock.sleep(station.sut.configured.ev_connection_time_out)
