"""TC_B_30_CS: a rejected station answers nothing but SecurityError."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot
from harness.steps_cs.boots import hangs_up_after
from harness.steps_cs.device_reports import new_request_id


@case("TC_B_30_CS")
async def test_tc_b_30_cs(fake_csms: FakeCSMS) -> None:
    # Before: the answer of step 2
    fake_csms.answer("BootNotification", status="Rejected")
    # Main
    await fake_csms.reboot()
    rejected = await expect_boot(fake_csms, 1)
    fake_csms.answer_by_default("BootNotification")
    # Step 3 is for a station that stays connected (B03.FR.04 lets it go until it tries again).
    if await hangs_up_after(fake_csms, rejected):
        within = fake_csms.sut.limits.boot + fake_csms.sut.configured.heartbeat_interval
        await expect_boot(fake_csms, "after 2", since=rejected.mark + 1, within=within)
        return
    report = await fake_csms.send(
        3, "GetBaseReport", requestId=new_request_id(), reportBase="FullInventory"
    )
    await report.error(4, "SecurityError", requirement="B03.FR.08")
