"""TC_L_18_CS: firmware that nobody signed is refused."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import expect_former_firmware
from harness.steps_cs.updates import certified, expect_nothing, offered, start_update


@case("TC_L_18_CS")
async def test_tc_l_18_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(
            fake_csms,
            1,
            2,
            offer,
            status=one_of("Rejected", "InvalidCertificate"),
            requirement="L01.FR.09, L01.FR.21",
            signingCertificate=ABSENT,
            signature=ABSENT,
        )
        await expect_nothing(fake_csms, 2, update)
    # Post scenario: nor is it installed later (L01.FR.01)
    await expect_former_firmware(fake_csms)
