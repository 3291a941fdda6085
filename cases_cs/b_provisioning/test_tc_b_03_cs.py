"""TC_B_03_CS: a rejected station keeps silent until the interval is over, then tries again."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot


@case("TC_B_03_CS", slow=True)
async def test_tc_b_03_cs(fake_csms: FakeCSMS) -> None:
    interval = fake_csms.sut.configured.heartbeat_interval
    # Before: the answer of step 2
    fake_csms.answer("BootNotification", status="Rejected", interval=interval)
    # Main
    await fake_csms.reboot()
    rejected = await expect_boot(fake_csms, 1)
    fake_csms.answer_by_default("BootNotification")
    # Earlier, or anything else in the meantime, is caught here; B03.FR.04 lets it hang up.
    await fake_csms.silence(
        3,
        "",
        what="message before the interval is over",
        seconds=rejected.left(interval - 0.2),
        since=rejected.mark + 1,
        requirement="B03.FR.02, B03.FR.06",
    )
    await expect_boot(fake_csms, 3, 5, since=rejected.mark + 1, requirement="B03.FR.06")
