"""TC_B_03_CS: a rejected station keeps silent until the interval is over, then tries again."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import boot_notification, boot_reason


@case("TC_B_03_CS", slow=True)
async def test_tc_b_03_cs(fake_csms: FakeCSMS) -> None:
    interval = fake_csms.sut.configured.heartbeat_interval
    fake_csms.answer("BootNotification", status="Rejected", interval=interval)
    # Main
    power_cycled = await fake_csms.reboot()
    why = boot_reason(power_cycled=power_cycled)
    rejected = await boot_notification(fake_csms, 1, reason=why, requirement="B01.FR.01, B01.FR.09")
    fake_csms.answer_by_default("BootNotification")
    # Earlier, or anything else in the meantime, is caught here; B03.FR.04 lets it hang up.
    await fake_csms.silence(
        3,
        "message before the interval is over",
        lambda arrival: arrival.mark > rejected.mark,
        seconds=rejected.left(interval - 0.2),
        since=rejected.mark + 1,
        requirement="B03.FR.02, B03.FR.06",
    )
    boot = await boot_notification(
        fake_csms, 3, since=rejected.mark + 1, reason=why, requirement="B03.FR.06, B01.FR.09"
    )
    await fake_csms.expect_connectors(5, "Available", since=boot.mark, requirement="B01.FR.05")
