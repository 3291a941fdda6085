"""TC_L_03_CS: the download waits for its date, and the installation for nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import (
    certified,
    expect_downloaded,
    expect_scheduled,
    offered,
    start_update,
)


@case("TC_L_03_CS", irreversible="firmware")
async def test_tc_l_03_cs(fake_csms: FakeCSMS) -> None:
    later = fake_csms.sut.configured.download_offset
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer, retrieve_in=later)
        await expect_scheduled(fake_csms, 3, update, "DownloadScheduled")
        await expect_downloaded(fake_csms, 5, update)
        # Steps 11 to 23: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(11))
