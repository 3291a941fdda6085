"""TC_B_15_CS: a report that the station does not support is refused and not sent."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import new_request_id


@case("TC_B_15_CS")
async def test_tc_b_15_cs(fake_csms: FakeCSMS) -> None:
    # Main
    mark = fake_csms.inbox.mark
    sent = await fake_csms.send(
        1, "GetBaseReport", requestId=new_request_id(), reportBase="SummaryInventory"
    )
    await sent.response(
        2,
        status="NotSupported",
        statusInfo=one_of(ABSENT, {"reasonCode": "UnsupportedParam"}),
        requirement="B07.FR.02",
    )
    await fake_csms.silence(
        2,
        "NotifyReportRequest",
        lambda arrival: arrival.action == "NotifyReport",
        since=mark,
        requirement="B07.FR.05",
    )
