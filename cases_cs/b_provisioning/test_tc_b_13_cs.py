"""TC_B_13_CS: the full inventory names every variable that a station must have."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report


@case("TC_B_13_CS")
async def test_tc_b_13_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    report.expect_values_lists()
    # Post scenario
    report.expect_characteristics()
    report.expect_required()
