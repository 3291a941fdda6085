"""TC_F_17_CS: a trigger has the station say that it updates nothing, whatever EVSE it names."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import expect_no_update, expect_triggered_once, trigger


@case("TC_F_17_CS")
async def test_tc_f_17_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Main
    mark = await trigger(fake_csms, 1, 2, "FirmwareStatusNotification", evse=evse)
    await expect_no_update(fake_csms, 3, since=mark)
    await expect_triggered_once(fake_csms, 3, "FirmwareStatusNotification")
