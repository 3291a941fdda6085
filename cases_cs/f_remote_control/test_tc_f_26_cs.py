"""TC_F_26_CS: an accepted station refuses to boot again in words."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import trigger


@case("TC_F_26_CS")
async def test_tc_f_26_cs(fake_csms: FakeCSMS) -> None:
    # Main
    source = "F06.FR.05, F06.FR.17"
    mark = await trigger(fake_csms, 1, 2, "BootNotification", status="Rejected", requirement=source)
    await fake_csms.silence(2, "BootNotification", since=mark, requirement=source)
