"""TC_B_06_CS: one variable is read."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_06_CS")
async def test_tc_b_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({OFFLINE_THRESHOLD: "300"})
    # Main
    await fake_csms.variables.get(
        1, 2, {OFFLINE_THRESHOLD: "300"}, attribute="Actual", attributeStatusInfo=NO_ERROR
    )
