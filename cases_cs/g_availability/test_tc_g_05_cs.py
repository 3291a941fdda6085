"""TC_G_05_CS: a station is made inoperative, and all its connectors are Unavailable."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.steps_cs.availability import expect_availability, expect_no_service


@case("TC_G_05_CS")
async def test_tc_g_05_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.run(1, Unavailable())
    # Post scenario
    await expect_availability(fake_csms, 1, "Unavailable")
    await expect_no_service(fake_csms, "post", *fake_csms.sut.evses)
