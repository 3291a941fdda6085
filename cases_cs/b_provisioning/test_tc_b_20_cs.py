"""TC_B_20_CS: an idle station reboots when it is asked to reset."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import boot_notification


@case("TC_B_20_CS")
async def test_tc_b_20_cs(fake_csms: FakeCSMS) -> None:
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Accepted", requirement="B11.FR.01, B11.FR.03")
    boot = await boot_notification(
        fake_csms,
        3,
        reason=one_of("RemoteReset", "ScheduledReset"),
        requirement="B01.FR.03, B01.FR.09, B11.FR.03-04",
    )
    await fake_csms.expect_connectors(5, "Available", since=boot.mark, requirement="B01.FR.05")
