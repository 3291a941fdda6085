"""TC_G_04_CSMS: a CSMS makes an EVSE operative again."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Unavailable
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connectors


@case("TC_G_04_CSMS")
async def test_tc_g_04_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    # Before
    await fake_station.reach(Unavailable(evse))
    # Main
    await request_availability(fake_station, 1, 2, "Operative", evse)
    await tell_connectors(fake_station, 3, 4, "Available", evse)
