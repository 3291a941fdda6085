"""TC_B_17_CS: a custom report of one variable of one EVSE."""

from harness.case import case
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report, every_item, evse_availability, one_item


@case("TC_B_17_CS")
async def test_tc_b_17_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await custom_report(
        fake_csms, 1, 2, 3, componentVariable=[asked("EVSE(1).AvailabilityState")]
    )
    report.check(one_item(report), "B08.FR.11")
    report.check(every_item(report, evse_availability(1)), "B08.FR.11, B08.FR.12")
