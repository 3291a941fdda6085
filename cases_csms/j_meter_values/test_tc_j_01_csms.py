"""TC_J_01_CSMS: clock-aligned meter values of a station that is idle are taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.metering import clock_point, tell_clock_values


@case("TC_J_01_CSMS")
async def test_tc_j_01_csms(fake_station: FakeStation) -> None:
    interval = fake_station.sut.configured.aligned_data_interval
    # Main: three points of the clock, of the whole station and of every EVSE
    for _ in range(3):
        at = await clock_point(interval)
        await tell_clock_values(fake_station, 1, 2, (0, *fake_station.sut.evses), at)
