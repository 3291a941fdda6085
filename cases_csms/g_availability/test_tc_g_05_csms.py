"""TC_G_05_CSMS: a CSMS makes a station inoperative."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connectors


@case("TC_G_05_CSMS")
async def test_tc_g_05_csms(fake_station: FakeStation) -> None:
    # Main
    await request_availability(fake_station, 1, 2, "Inoperative")
    await tell_connectors(fake_station, 3, 4, "Unavailable")
