"""TC_B_09_CS: one variable is set."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR
from harness.steps_cs.side_effects import expect_nothing_else_changed, settable_values

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"
WANTED = {OFFLINE_THRESHOLD: "300"}


@case("TC_B_09_CS")
async def test_tc_b_09_cs(fake_csms: FakeCSMS) -> None:
    # Before: another value, so that the new one proves something
    await fake_csms.variables.start_from(2, {OFFLINE_THRESHOLD: "299"}, WANTED)
    others = await settable_values(fake_csms, OFFLINE_THRESHOLD)
    # Main
    await fake_csms.variables.set(1, 2, WANTED, attribute="Actual", attributeStatusInfo=NO_ERROR)
    # The status is true only if the value is there: B05.FR.10 is about a value that was set.
    await fake_csms.variables.expect_kept(2, WANTED, requirement="B05.FR.10")
    await expect_nothing_else_changed(fake_csms, 2, others, "B05.FR.10")
