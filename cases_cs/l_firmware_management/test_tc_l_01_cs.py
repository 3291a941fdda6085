"""TC_L_01_CS: signed firmware is downloaded, verified, installed and activated."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import certified, expect_downloaded, offered, start_update


@case("TC_L_01_CS", irreversible="firmware")
async def test_tc_l_01_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        await expect_downloaded(fake_csms, 3, update)
        # Steps 9 to 21: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(9))
