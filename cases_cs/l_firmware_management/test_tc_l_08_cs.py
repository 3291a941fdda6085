"""TC_L_08_CS: firmware that is signed and defective is not installed."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import Steps, expect_defect, expect_former_firmware
from harness.steps_cs.updates import certified, expect_downloaded, offered, start_update


@case("TC_L_08_CS")
async def test_tc_l_08_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms, defective=True)
    # Main
    async with offered(fake_csms, certificate, defective=True) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        await expect_downloaded(fake_csms, 3, update)
        # Steps 9 to 17: how far an installation comes is the station's own matter.
        await expect_defect(fake_csms, update, Steps(11, 12, 14, 14, 16, 16))
    # Post scenario: nor is it installed later (L01.FR.01)
    await expect_former_firmware(fake_csms)
