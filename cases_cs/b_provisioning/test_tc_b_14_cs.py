"""TC_B_14_CS: the summary inventory tells what is available and what has a problem."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report


@case("TC_B_14_CS")
async def test_tc_b_14_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "SummaryInventory")
    # Post scenario: a Connector's state is due only where it is known and differs from its EVSE's
    report.expect_characteristics()
    report.expect_values_lists()
    report.expect_availability()
