"""TC_L_05_CS: firmware under a certificate that nobody signed is refused."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import expect_former_firmware
from harness.steps_cs.updates import certified, expect_event, expect_nothing, offered, start_update


@case("TC_L_05_CS")
async def test_tc_l_05_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(
            fake_csms,
            1,
            2,
            offer,
            status=one_of("InvalidCertificate", "RevokedCertificate"),
            requirement="L01.FR.21, L01.FR.22",
            signingCertificate=offer.untrusted,
        )
        await expect_event(fake_csms, 3, update, "InvalidFirmwareSigningCertificate", "L01.FR.02")
        await expect_nothing(fake_csms, 3, update)
    # Post scenario: nor is it installed later (L01.FR.01)
    await expect_former_firmware(fake_csms)
