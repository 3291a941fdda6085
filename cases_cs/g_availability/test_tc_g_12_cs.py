"""TC_G_12_CS: a station that is operative can be made operative."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized
from harness.states_cs.availability import change_availability
from harness.steps_cs.availability import expect_availability


@case("TC_G_12_CS")
async def test_tc_g_12_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await change_availability(fake_csms, 1, 2, "Operative")
    await expect_availability(fake_csms, 2, "Available")
    # Post scenario
    await fake_csms.run("post", Authorized("remote"))
