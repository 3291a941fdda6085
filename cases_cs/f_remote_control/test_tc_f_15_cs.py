"""TC_F_15_CS: a trigger has the station say that it uploads no log."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import expect_triggered_once, trigger


@case("TC_F_15_CS")
async def test_tc_f_15_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = await trigger(fake_csms, 1, 2, "LogStatusNotification")
    source = "F06.FR.10, F06.FR.15"
    await fake_csms.expect(
        3, "LogStatusNotification", since=mark, requirement=source, status="Idle"
    )
    await expect_triggered_once(fake_csms, 3, "LogStatusNotification")
