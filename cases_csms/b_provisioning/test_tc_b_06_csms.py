"""TC_B_06_CSMS: a CSMS reads one variable and knows its value."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_known
from harness.steps_csms.variable_requests import get_variables_requested

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_06_CSMS")
async def test_tc_b_06_csms(fake_station: FakeStation) -> None:
    # Main
    await get_variables_requested(fake_station, 1, 2, OFFLINE_THRESHOLD)
    # Post scenario
    await expect_known(fake_station, OFFLINE_THRESHOLD, "B06.FR.10")
