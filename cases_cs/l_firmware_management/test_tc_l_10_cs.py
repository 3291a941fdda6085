"""TC_L_10_CS: another update takes the place of the one that is downloaded."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import (
    certified,
    expect_downloaded,
    expect_status,
    offered,
    pass_replaced,
    start_update,
)


@case("TC_L_10_CS", irreversible="firmware")
async def test_tc_l_10_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate, held=True) as offer:
        first = await start_update(fake_csms, 1, 2, offer)
        await expect_status(fake_csms, 3, first.number, "Downloading", since=first.since)
        update = await start_update(
            fake_csms, 5, 6, offer, status="AcceptedCanceled", requirement="L01.FR.24"
        )
        offer.let_end()
        # Erratum 6.2.82: of the first update, that it failed may be told before or after step 6.
        update = await pass_replaced(fake_csms, 6, first, update)
        await expect_downloaded(fake_csms, 7, update)
        # Steps 13 to 25: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(13))
