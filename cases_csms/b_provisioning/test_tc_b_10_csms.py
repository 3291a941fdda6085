"""TC_B_10_CSMS: a CSMS sets two variables at once."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_known
from harness.steps_csms.variable_requests import set_variables_requested

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "123", "AuthCtrlr.AuthorizeRemoteStart": "false"}


@case("TC_B_10_CSMS")
async def test_tc_b_10_csms(fake_station: FakeStation) -> None:
    # Main
    await set_variables_requested(fake_station, 1, 2, VALUES)
    # Post scenario
    for name in VALUES:
        await expect_known(fake_station, name, "B05.FR.10")
