"""TC_B_56_CS: a report of a component without naming an EVSE tells of all EVSEs."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.ocppj.variables import Variable, asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report
from harness.steps_cs.report_items import evse_availability


@case("TC_B_56_CS")
async def test_tc_b_56_cs(fake_csms: FakeCSMS) -> None:
    evses = list(fake_csms.sut.evses)
    wanted = [asked("EVSE.AvailabilityState")]
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentVariable=wanted)
    report.expect_evses(len(evses), "B08.FR.23")
    report.expect_each(evse_availability(one_of(*evses)), "B08.FR.11")
    every = [Variable("EVSE", "AvailabilityState", evse=evse) for evse in evses]
    report.expect_variables(every, "B08.FR.23")
