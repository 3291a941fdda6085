"""TC_L_06_CS: firmware whose signature is that of another file is not installed."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import expect_failed, expect_former_firmware
from harness.steps_cs.updates import (
    certified,
    expect_downloaded,
    expect_event,
    expect_status,
    offered,
    start_update,
)


@case("TC_L_06_CS")
async def test_tc_l_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer, signature=offer.wrong_signature)
        await expect_downloaded(fake_csms, 3, update, verified=False)
        # Erratum 6.2.83: steps 7 to 10 come in any order.
        await expect_status(
            fake_csms, 7, update.number, "InvalidSignature", since=update.since, source="L01.FR.04"
        )
        await expect_event(fake_csms, 9, update, "InvalidFirmwareSignature", "L01.FR.03")
        await expect_failed(fake_csms, 7, update)
    # Post scenario: nor is it installed later (L01.FR.01)
    await expect_former_firmware(fake_csms)
