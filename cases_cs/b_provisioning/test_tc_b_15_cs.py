"""TC_B_15_CS: a report that the station does not support is refused and not sent."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import expect_no_report, new_request_id


@case("TC_B_15_CS")
async def test_tc_b_15_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = fake_csms.mark()
    sent = await fake_csms.send(
        1, "GetBaseReport", requestId=new_request_id(), reportBase="SummaryInventory"
    )
    await sent.response(
        2,
        status="NotSupported",
        statusInfo=one_of(ABSENT, {"reasonCode": "UnsupportedParam"}),
        requirement="B07.FR.02",
    )
    await expect_no_report(fake_csms, 2, since=mark, requirement="B07.FR.05")
