"""TC_B_13_CS: the full inventory names every variable that a station must have."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import all_there, base_report, characteristics, values_lists
from harness.steps_cs.required_variables import required


@case("TC_B_13_CS")
async def test_tc_b_13_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    report.check(values_lists(report), "B07.FR.08")
    # Post scenario
    report.check(characteristics(report), "B07.FR.08")
    report.check(all_there(report, required(fake_csms.sut)), "B07.FR.08")
