"""TC_B_12_CS: the configuration inventory names everything that can be set."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import (
    all_there,
    base_report,
    characteristics,
    settable,
    values_lists,
)
from harness.steps_cs.required_variables import required


@case("TC_B_12_CS")
async def test_tc_b_12_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "ConfigurationInventory")
    report.check(values_lists(report), "B07.FR.07")
    # Post scenario
    report.check(characteristics(report), "B07.FR.07")
    report.check(settable(report), "B07.FR.07")
    writable = [each for each in required(fake_csms.sut) if each.writable]
    report.check(all_there(report, writable), "B07.FR.07")
