"""TC_B_07_CS: two variables are read at once."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR
from harness.steps_cs.message_limits import need_items

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "300", "AuthCtrlr.LocalAuthorizeOffline": "true"}


@case("TC_B_07_CS")
async def test_tc_b_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await need_items(fake_csms, "GetVariables", len(VALUES))
    await fake_csms.configure(VALUES)
    # Main
    await fake_csms.variables.get(1, 2, VALUES, attribute="Actual", attributeStatusInfo=NO_ERROR)
