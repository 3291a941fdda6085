"""TC_B_09_CSMS: a CSMS sets one variable."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_known
from harness.steps_csms.variable_requests import set_variables_requested

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_09_CSMS")
async def test_tc_b_09_csms(fake_station: FakeStation) -> None:
    # Main
    await set_variables_requested(fake_station, 1, 2, {OFFLINE_THRESHOLD: "123"})
    # Post scenario
    await expect_known(fake_station, OFFLINE_THRESHOLD, "B05.FR.10")
