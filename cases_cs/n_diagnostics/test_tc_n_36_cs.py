"""TC_N_36_CS: a station cancels the upload of a log for that of another."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import file_server
from harness.steps_cs.logs import expect_status, expect_uploaded, get_log


@case("TC_N_36_CS")
async def test_tc_n_36_cs(fake_csms: FakeCSMS) -> None:
    # Main
    async with file_server(fake_csms, held=True) as server:
        first = await get_log(fake_csms, 1, 2, "DiagnosticsLog", server.take("log").url)
        await expect_status(fake_csms, 3, first, "Uploading", "N01.FR.07, N01.FR.08")
        # Step 7 may come before step 6 (erratum 2025-04)
        mark, upload = fake_csms.mark(), server.take("log")
        kind, status = "DiagnosticsLog", "AcceptedCanceled"
        second = await get_log(fake_csms, 5, 6, kind, upload.url, status)
        await expect_status(fake_csms, 7, first, status, "N01.FR.07, N01.FR.20", mark)
        await expect_status(fake_csms, 9, second, "Uploading", "N01.FR.07, N01.FR.08")
        server.shelf.free.set()
        await expect_uploaded(fake_csms, 11, second, upload, server.shelf)
