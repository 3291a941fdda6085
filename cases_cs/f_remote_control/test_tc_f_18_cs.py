"""TC_F_18_CS: a trigger has the station say that it updates nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import expect_no_update, expect_triggered_once, trigger


@case("TC_F_18_CS")
async def test_tc_f_18_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = await trigger(fake_csms, 1, 2, "FirmwareStatusNotification")
    await expect_no_update(fake_csms, 3, since=mark)
    await expect_triggered_once(fake_csms, 3, "FirmwareStatusNotification")
