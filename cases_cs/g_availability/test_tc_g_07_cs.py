"""TC_G_07_CS: a connector is made inoperative, and is Unavailable."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.steps_cs.availability import expect_availability, expect_others_serve


@case("TC_G_07_CS")
async def test_tc_g_07_cs(fake_csms: FakeCSMS) -> None:
    evse, connector = fake_csms.session().connector_key
    # Main
    await fake_csms.run(1, Unavailable(evse, connector))
    # Post scenario
    await expect_availability(fake_csms, 1, "Unavailable", evse, connector)
    await expect_others_serve(fake_csms, "post", evse)
