"""TC_G_03_CSMS: a CSMS makes an EVSE inoperative."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Unavailable


@case("TC_G_03_CSMS")
async def test_tc_g_03_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, Unavailable(fake_station.sut.configured.evse_id))
