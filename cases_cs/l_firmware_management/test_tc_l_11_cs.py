"""TC_L_11_CS: an update that cannot be cancelled goes on when another is asked for."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import certified, expect_fetched, expect_status, offered, start_update


@case("TC_L_11_CS", irreversible="firmware")
async def test_tc_l_11_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    # Main
    async with offered(fake_csms, certificate, held=True) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        number, since = update.number, update.since
        await expect_status(fake_csms, 3, number, "Downloading", since=since)
        await start_update(fake_csms, 5, 6, offer, status="Rejected", requirement="L01.FR.27")
        offer.let_end()
        await expect_fetched(fake_csms, 7, update)
        await expect_status(fake_csms, 9, number, "SignatureVerified", since=since)
        # Steps 11 to 23: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(11))
