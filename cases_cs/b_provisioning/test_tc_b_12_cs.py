"""TC_B_12_CS: the configuration inventory names everything that can be set."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report


@case("TC_B_12_CS")
async def test_tc_b_12_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "ConfigurationInventory")
    report.expect_values_lists()
    # Post scenario
    report.expect_characteristics()
    report.expect_settable()
    report.expect_required(writable=True)
