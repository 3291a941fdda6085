"""TC_B_10_CS: two variables are set at once."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR
from harness.steps_cs.message_limits import need_items

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "300", "AuthCtrlr.LocalAuthorizeOffline": "true"}
OTHER_VALUES = {"OCPPCommCtrlr.OfflineThreshold": "299", "AuthCtrlr.LocalAuthorizeOffline": "false"}


@case("TC_B_10_CS")
async def test_tc_b_10_cs(fake_csms: FakeCSMS) -> None:
    # Before: other values, so that the new ones prove something
    await need_items(fake_csms, "SetVariables", len(VALUES))
    await fake_csms.variables.start_from(2, OTHER_VALUES)
    # Main
    await fake_csms.variables.set(1, 2, VALUES, attribute="Actual", attributeStatusInfo=NO_ERROR)
    for name, value in VALUES.items():
        await fake_csms.variables.expect_value(2, name, value, requirement="B05.FR.10")
