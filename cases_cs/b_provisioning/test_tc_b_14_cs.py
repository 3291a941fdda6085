"""TC_B_14_CS: the summary inventory tells what is available and what has a problem."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import all_there, base_report, characteristics, values_lists
from harness.steps_cs.required_variables import availability


@case("TC_B_14_CS")
async def test_tc_b_14_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "SummaryInventory")
    # Post scenario: a Connector's state is due only where it is known and differs from its EVSE's
    report.check(characteristics(report), "B07.FR.09")
    report.check(values_lists(report), "B07.FR.09")
    report.check(all_there(report, availability(fake_csms.sut)), "B07.FR.09")
