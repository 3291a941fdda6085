"""TC_G_08_CSMS: a CSMS makes a connector operative again."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Unavailable
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connector


@case("TC_G_08_CSMS")
async def test_tc_g_08_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    evse, connector = configured.evse_id, configured.connector_id
    # Before
    await fake_station.reach(Unavailable(evse, connector))
    # Main
    await request_availability(fake_station, 1, 2, "Operative", evse, connector)
    await tell_connector(fake_station, 3, 4, "Available", (evse, connector))
