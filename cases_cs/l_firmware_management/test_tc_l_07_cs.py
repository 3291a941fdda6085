"""TC_L_07_CS: firmware that is not where it should be cannot be downloaded."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import expect_failed, expect_former_firmware
from harness.steps_cs.updates import certified, expect_failed_download, offered, start_update


@case("TC_L_07_CS")
async def test_tc_l_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer.missing)
        await expect_failed_download(fake_csms, 3, 5, update)
        await expect_failed(fake_csms, 5, update)
    # Post scenario: nor is it installed later (L01.FR.01)
    await expect_former_firmware(fake_csms)
