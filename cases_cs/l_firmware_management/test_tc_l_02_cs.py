"""TC_L_02_CS: installation waits for its date, the download does not."""

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


@case("TC_L_02_CS", irreversible="firmware")
async def test_tc_l_02_cs(fake_csms: FakeCSMS) -> None:
    later = fake_csms.sut.configured.install_offset
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer, install_in=later)
        await expect_downloaded(fake_csms, 3, update)
        await expect_scheduled(fake_csms, 9, update, "InstallScheduled")
        # Steps 11 to 23: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(11))
