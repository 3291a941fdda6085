"""TC_B_17_CS: a custom report of one variable of one EVSE."""

from harness.case import case
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report
from harness.steps_cs.report_items import evse_availability


@case("TC_B_17_CS")
async def test_tc_b_17_cs(fake_csms: FakeCSMS) -> None:
    wanted = [asked("EVSE(1).AvailabilityState")]
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentVariable=wanted)
    report.expect_one("B08.FR.11")
    report.expect_each(evse_availability(1), "B08.FR.11, B08.FR.12")
