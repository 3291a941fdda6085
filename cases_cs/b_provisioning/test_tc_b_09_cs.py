"""TC_B_09_CS: one variable is set."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_09_CS")
async def test_tc_b_09_cs(fake_csms: FakeCSMS) -> None:
    # Before: another value, so that the new one proves something
    await fake_csms.variables.start_from(2, {OFFLINE_THRESHOLD: "299"})
    # Main
    await fake_csms.variables.set(
        1, 2, {OFFLINE_THRESHOLD: "300"}, attribute="Actual", attributeStatusInfo=NO_ERROR
    )
    # The status is true only if the value is there: B05.FR.10 is about a value that was set.
    await fake_csms.variables.expect_value(2, OFFLINE_THRESHOLD, "300", requirement="B05.FR.10")
