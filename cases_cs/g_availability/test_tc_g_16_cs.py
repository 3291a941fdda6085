"""TC_G_16_CS: a connector that is inoperative can be made inoperative."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.states_cs.availability import change_availability
from harness.steps_cs.availability import expect_availability


@case("TC_G_16_CS")
async def test_tc_g_16_cs(fake_csms: FakeCSMS) -> None:
    evse, connector = fake_csms.session().connector_key
    # Before
    await fake_csms.reach(Unavailable(evse, connector))
    # Main
    await change_availability(fake_csms, 1, 2, "Inoperative", evse, connector)
    await expect_availability(fake_csms, 2, "Unavailable", evse, connector)
