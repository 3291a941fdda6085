"""TC_L_01_CS: signed firmware is fetched, verified and installed, with the reboots it takes."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import file_server
from harness.steps_cs.firmware import (
    expect_downloaded,
    expect_installed,
    request_update,
    signed_firmware,
)


@case("TC_L_01_CS")
async def test_tc_l_01_cs(fake_csms: FakeCSMS) -> None:
    # Before
    firmware = await signed_firmware(fake_csms)
    # Main
    async with file_server(fake_csms) as server:
        update = await request_update(fake_csms, server, firmware, 1, 2)
        await update.expect(3, "Downloading")
        await expect_downloaded(update, server, firmware, 5)
        await update.expect(7, "SignatureVerified", requirement="L01.FR.04, L01.FR.12")
        # Part 2 knows no need to reconnect (step 15) where nothing reboots: L01.FR.28, note.
        await expect_installed(update, server, 9)
