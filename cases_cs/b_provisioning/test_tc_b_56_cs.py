"""TC_B_56_CS: a report of a component without naming an EVSE tells of all EVSEs."""

from harness.case import case
from harness.evidence.matchers import Check, one_of
from harness.ocppj.variables import Variable, asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report, every_item, evse_availability, includes


@case("TC_B_56_CS")
async def test_tc_b_56_cs(fake_csms: FakeCSMS) -> None:
    evses = list(fake_csms.sut.evses)
    # Main
    report = await custom_report(
        fake_csms, 1, 2, 3, componentVariable=[asked("EVSE.AvailabilityState")]
    )
    count = len(report.items)
    number = Check("$.reportData", f"{len(evses)} EVSEs", f"{count} EVSEs", count == len(evses))
    report.check(iter([number]), "B08.FR.23")
    report.check(every_item(report, evse_availability(one_of(*evses))), "B08.FR.11")
    every = [Variable("EVSE", "AvailabilityState", evse=evse) for evse in evses]
    report.check(includes(report, every), "B08.FR.23")
