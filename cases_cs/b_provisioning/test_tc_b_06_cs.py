"""TC_B_06_CS: one variable is read."""

from harness.case import case
from harness.ocppj.variables import asked, result, results
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_06_CS")
async def test_tc_b_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({OFFLINE_THRESHOLD: "300"})
    # Main
    value = await fake_csms.send(
        1, "GetVariables", getVariableData=[asked(OFFLINE_THRESHOLD, "Actual")]
    )
    wanted = result(
        OFFLINE_THRESHOLD,
        "Accepted",
        attributeType="Actual",
        attributeValue="300",
        attributeStatusInfo=NO_ERROR,
    )
    await value.response(
        2, getVariableResult=results(wanted), requirement="B06.FR.01-04, B06.FR.10"
    )
