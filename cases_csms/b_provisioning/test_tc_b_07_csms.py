"""TC_B_07_CSMS: a CSMS reads two variables at once and knows their values."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_known
from harness.steps_csms.variable_requests import get_variables_requested

NAMES = ("OCPPCommCtrlr.OfflineThreshold", "AuthCtrlr.AuthorizeRemoteStart")


@case("TC_B_07_CSMS")
async def test_tc_b_07_csms(fake_station: FakeStation) -> None:
    # Main
    await get_variables_requested(fake_station, 1, 2, *NAMES)
    # Post scenario
    for name in NAMES:
        await expect_known(fake_station, name, "B06.FR.10")
