"""TC_G_06_CSMS: a CSMS makes a station operative again."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Unavailable
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connectors


@case("TC_G_06_CSMS")
async def test_tc_g_06_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(Unavailable())
    # Main
    await request_availability(fake_station, 1, 2, "Operative")
    await tell_connectors(fake_station, 3, 4, "Available")
