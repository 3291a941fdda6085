"""TC_G_06_CS: a station is made operative again, and its connectors are Available."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, Unavailable
from harness.steps_cs.availability import expect_available_again


@case("TC_G_06_CS")
async def test_tc_g_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Unavailable())
    # Main
    await expect_available_again(fake_csms, (1, 2, 3))
    # Post scenario
    await fake_csms.run("post", Authorized("remote"))
