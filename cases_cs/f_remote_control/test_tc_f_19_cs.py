"""TC_F_19_CS: while firmware is downloaded, a trigger has the station say so."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import (
    file_server,
    judge_begun,
    let_transfer_end,
    new_request_id,
    signing_certificate,
    wrongly_signed,
)
from harness.steps_cs.triggers import expect_status_once, trigger


@case("TC_F_19_CS")
async def test_tc_f_19_cs(fake_csms: FakeCSMS) -> None:
    number = new_request_id()
    downloading = {"status": "Downloading", "requestId": number}
    # Before
    certificate = await signing_certificate(fake_csms)
    # Main
    async with file_server(fake_csms, held=True) as server:
        firmware = wrongly_signed(server, certificate, seconds_ago=7200)
        asked = await fake_csms.send(1, "UpdateFirmware", requestId=number, firmware=firmware)
        await asked.response(2, status="Accepted", requirement="L01.FR.21")
        source = "L01.FR.01, L01.FR.10"
        await fake_csms.expect(3, "FirmwareStatusNotification", requirement=source, **downloading)
        mark = await trigger(fake_csms, 5, 6, "FirmwareStatusNotification")
        source = "F06.FR.10, L01.FR.26"
        await fake_csms.expect(
            7, "FirmwareStatusNotification", since=mark, requirement=source, **downloading
        )
        await expect_status_once(fake_csms, 7, "FirmwareStatusNotification", **downloading)
        # Erratum 2025-02: steps 9 to 14 only clean up.
        await let_transfer_end(
            fake_csms, server, 9, "FirmwareStatusNotification", "InvalidSignature"
        )
        judge_begun(fake_csms, server, 7, "L01.FR.01")
