"""Times that a page has the station wait for."""

from __future__ import annotations

from harness import clock
from harness.evidence.matchers import Check
from harness.evidence.transcript import Kind
from harness.peers.fake_station import FakeStation
from harness.peers.peer import OPEN


async def wait_for_next_boot(station: FakeStation, step: int, interval: int) -> None:
    """The time until a station that is not accepted may boot again (B02.FR.07-08, the page).

    The CSMS must leave the connection open (B02.FR.06).
    """
    seconds = interval or station.sut.configured.heartbeat_interval
    station.record.act(step, "waits", seconds=seconds)
    whose = "the interval that the CSMS gave" if interval else "the configured heartbeat_interval"
    station.transcript.add(Kind.NOTE, step=str(step), text=f"waits {seconds} s: {whose}")
    await clock.sleep(seconds)
    state = station.connection_note().removeprefix("; ") or "open"
    check = Check("", "kept open while Pending", state, station.wire is not None, OPEN)
    station.judge(step, "connection", [check], "B02.FR.06")


async def wait_for_ev_connection_timeout(station: FakeStation, step: int) -> None:
    """The time in which a driver who identified has to plug in; ``step`` follows."""
    seconds = station.sut.configured.ev_connection_time_out
    station.record.act(step, "waits", seconds=seconds)
    await clock.sleep(seconds)
