"""TC_G_07_CSMS: a CSMS makes a connector inoperative."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms.availability import request_availability
from harness.steps_csms.telling import tell_connector


@case("TC_G_07_CSMS")
async def test_tc_g_07_csms(fake_station: FakeStation) -> None:
    configured = fake_station.sut.configured
    evse, connector = configured.evse_id, configured.connector_id
    # Main
    await request_availability(fake_station, 1, 2, "Inoperative", evse, connector)
    await tell_connector(fake_station, 3, 4, "Unavailable", (evse, connector))
