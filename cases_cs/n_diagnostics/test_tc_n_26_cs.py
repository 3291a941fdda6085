"""TC_N_26_CS: a station tries as often as it is told to upload a log, and says that it failed."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import file_server
from harness.steps_cs.logs import RETRIES, expect_upload_failed, get_log


@case("TC_N_26_CS")
async def test_tc_n_26_cs(fake_csms: FakeCSMS) -> None:
    # Main
    interval = fake_csms.sut.configured.log_retry_interval
    async with file_server(fake_csms) as server:
        path = "no-such-folder/log"
        log = await get_log(
            fake_csms,
            1,
            2,
            "DiagnosticsLog",
            server.url(path),
            retries=RETRIES,
            retryInterval=interval,
        )
        await expect_upload_failed(fake_csms, (3, 5), log, server.shelf, path, interval)
