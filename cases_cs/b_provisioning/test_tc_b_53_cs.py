"""TC_B_53_CS: every standardized variable is there and reported as the specification says."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import (
    actual_given,
    all_there,
    base_report,
    listed_values,
    power_limits,
    values_given,
    values_lists,
)
from harness.steps_cs.required_variables import required


@case("TC_B_53_CS")
async def test_tc_b_53_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    # Post scenario (erratum 2025-04)
    report.check(all_there(report, required(fake_csms.sut)), "B07.FR.08")
    report.check(values_lists(report), "B07.FR.08")
    report.check(listed_values(report), "B07.FR.08")
    report.check(values_given(report), "B07.FR.03")
    report.check(actual_given(report, required(fake_csms.sut)), "B07.FR.08")
    report.check(power_limits(report), "B07.FR.08")
