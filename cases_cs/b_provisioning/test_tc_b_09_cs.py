"""TC_B_09_CS: one variable is set."""

from harness.case import case
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_09_CS")
async def test_tc_b_09_cs(fake_csms: FakeCSMS) -> None:
    await fake_csms.variables.start_from(2, {OFFLINE_THRESHOLD: "299"})
    # Main
    new_value = await fake_csms.send(
        1, "SetVariables", setVariableData=[setting(OFFLINE_THRESHOLD, "300", "Actual")]
    )
    wanted = result(
        OFFLINE_THRESHOLD, "Accepted", attributeType="Actual", attributeStatusInfo=NO_ERROR
    )
    await new_value.response(
        2, setVariableResult=results(wanted), requirement="B05.FR.01-03, B05.FR.10"
    )
    # The status is true only if the value is there: B05.FR.10 is about a value that was set.
    await fake_csms.variables.expect_value(2, OFFLINE_THRESHOLD, "300", requirement="B05.FR.10")
