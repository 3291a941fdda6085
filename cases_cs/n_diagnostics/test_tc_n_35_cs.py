"""TC_N_35_CS: a station uploads its security log."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import file_server
from harness.steps_cs.logs import expect_status, expect_uploaded, get_log


@case("TC_N_35_CS")
async def test_tc_n_35_cs(fake_csms: FakeCSMS) -> None:
    # Main
    async with file_server(fake_csms, held=True) as server:
        upload = server.take("log")
        log = await get_log(fake_csms, 1, 2, "SecurityLog", upload.url)
        await expect_status(fake_csms, 3, log, "Uploading", "N01.FR.07, N01.FR.08")
        server.shelf.free.set()
        await expect_uploaded(fake_csms, 5, log, upload, server.shelf)
