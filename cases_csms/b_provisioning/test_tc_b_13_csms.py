"""TC_B_13_CSMS: a CSMS asks for the full inventory and takes all of it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_report_known
from harness.steps_csms.variable_requests import NOT_NEGATIVE


@case("TC_B_13_CSMS")
async def test_tc_b_13_csms(fake_station: FakeStation) -> None:
    # Main
    request = await fake_station.requested(
        1,
        2,
        "GetBaseReport",
        wish={"requestId": 71},
        prefer_match=True,
        reportBase="FullInventory",
        requestId=NOT_NEGATIVE,
        requirement="B07.FR.08",
    )
    # Post scenario
    await expect_report_known(fake_station, request)
