"""TC_G_08_CS: a connector is made operative again, and is Available."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, Unavailable
from harness.steps_cs.availability import expect_available_again


@case("TC_G_08_CS")
async def test_tc_g_08_cs(fake_csms: FakeCSMS) -> None:
    evse, connector = fake_csms.session().connector_key
    # Before
    await fake_csms.reach(Unavailable(evse, connector))
    # Main
    await expect_available_again(fake_csms, (1, 2, 3), evse, connector)
    # Post scenario
    await fake_csms.run("post", Authorized("remote"))
