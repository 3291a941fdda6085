"""TC_G_21_CS: an inoperative station is Unavailable after a reboot, too."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, Unavailable
from harness.states_cs.boot import expect_boot
from harness.steps_cs.availability import expect_no_service


@case("TC_G_21_CS")
async def test_tc_g_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(Unavailable())
    # Main
    await fake_csms.run(1, Booting)
    kept = dict.fromkeys(fake_csms.sut.connectors, "Unavailable")
    await expect_boot(fake_csms, 2, 4, 6, connectors=kept)
    await expect_no_service(fake_csms, "post", *fake_csms.sut.evses)
