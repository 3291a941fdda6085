"""TC_B_20_CS: an idle station reboots when it is asked to reset."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot, no_reboot


@case("TC_B_20_CS")
async def test_tc_b_20_cs(fake_csms: FakeCSMS) -> None:
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Accepted", requirement="B11.FR.01, B11.FR.03")
    boot = await expect_boot(fake_csms, 3, 5, requirement="B01.FR.03, B11.FR.03-04")
    await no_reboot(fake_csms, 3, since=boot.mark, requirement="B11.FR.03")
