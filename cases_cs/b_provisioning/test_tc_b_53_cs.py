"""TC_B_53_CS: every standardized variable is there and reported as the specification says."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report


@case("TC_B_53_CS")
async def test_tc_b_53_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    # Post scenario (erratum 2025-04)
    report.expect_required()
    report.expect_values_lists()
    report.expect_values_from_lists()
    report.expect_values()
    report.expect_power_limits()
