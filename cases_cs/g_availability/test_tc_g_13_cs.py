"""TC_G_13_CS: a station that is inoperative can be made inoperative."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.states_cs.availability import change_availability
from harness.steps_cs.availability import expect_availability, expect_no_service


@case("TC_G_13_CS")
async def test_tc_g_13_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Unavailable())
    # Main
    await change_availability(fake_csms, 1, 2, "Inoperative")
    await expect_availability(fake_csms, 3, "Unavailable")
    # Post scenario
    await expect_no_service(fake_csms, "post", *fake_csms.sut.evses)
