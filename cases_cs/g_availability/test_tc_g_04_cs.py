"""TC_G_04_CS: an EVSE is made operative again, and its connectors are Available."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, Unavailable
from harness.steps_cs.availability import expect_available_again


@case("TC_G_04_CS")
async def test_tc_g_04_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(Unavailable(evse))
    # Main
    await expect_available_again(fake_csms, (1, 2, 3), evse)
    # Post scenario
    await fake_csms.run("post", Authorized("remote"))
