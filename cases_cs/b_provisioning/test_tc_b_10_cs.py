"""TC_B_10_CS: two variables are set at once."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR
from harness.steps_cs.message_limits import need_items
from harness.steps_cs.side_effects import expect_nothing_else_changed, settable_values

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "300", "AuthCtrlr.LocalAuthorizeOffline": "true"}
OTHER_VALUES = {"OCPPCommCtrlr.OfflineThreshold": "299", "AuthCtrlr.LocalAuthorizeOffline": "false"}


@case("TC_B_10_CS")
async def test_tc_b_10_cs(fake_csms: FakeCSMS) -> None:
    # Before: other values, so that the new ones prove something
    await need_items(fake_csms, "SetVariables", len(VALUES))
    await fake_csms.variables.start_from(2, OTHER_VALUES, VALUES)
    others = await settable_values(fake_csms, *VALUES)
    # Main
    await fake_csms.variables.set(1, 2, VALUES, attribute="Actual", attributeStatusInfo=NO_ERROR)
    await fake_csms.variables.expect_kept(2, VALUES, requirement="B05.FR.10")
    await expect_nothing_else_changed(fake_csms, 2, others, "B05.FR.10")
