"""TC_B_34_CS: reading an attribute that a variable does not have is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.ocppj.variables import asked, result, results
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_34_CS")
async def test_tc_b_34_cs(fake_csms: FakeCSMS) -> None:
    # Main
    value = await fake_csms.send(1, "GetVariables", getVariableData=[asked(VARIABLE, "Target")])
    wanted = result(
        VARIABLE, "NotSupportedAttributeType", attributeType="Target", attributeValue=ABSENT
    )
    await value.response(2, getVariableResult=results(wanted), requirement="B06.FR.08, B06.FR.03")
