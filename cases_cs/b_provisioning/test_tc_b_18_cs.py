"""TC_B_18_CS: criteria and variables of a custom report are both respected."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report, expect_no_report, new_request_id
from harness.steps_cs.report_items import evse_availability


@case("TC_B_18_CS")
async def test_tc_b_18_cs(fake_csms: FakeCSMS) -> None:
    wanted = [asked("EVSE(1).AvailabilityState")]
    # Main
    report = await custom_report(
        fake_csms, 1, 2, 3, componentCriteria=["Available"], componentVariable=wanted
    )
    report.expect_one("B08.FR.05")
    report.expect_each(evse_availability(1), "B08.FR.05, B08.FR.12")
    mark = fake_csms.mark()
    sent = await fake_csms.send(
        5,
        "GetReport",
        requestId=new_request_id(),
        componentCriteria=["Problem"],
        componentVariable=wanted,
    )
    await sent.response(
        6,
        status="EmptyResultSet",
        statusInfo=one_of(ABSENT, {"reasonCode": "NotFound"}),
        requirement="B08.FR.15",
    )
    await expect_no_report(fake_csms, 6, since=mark, requirement="B08.FR.15")
