"""TC_B_32_CS: reading an unknown component is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.ocppj.variables import asked, result, results
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "UnknownComponent.OfflineThreshold"


@case("TC_B_32_CS")
async def test_tc_b_32_cs(fake_csms: FakeCSMS) -> None:
    # Main
    value = await fake_csms.send(1, "GetVariables", getVariableData=[asked(VARIABLE)])
    wanted = result(VARIABLE, "UnknownComponent", attributeValue=ABSENT)
    await value.response(2, getVariableResult=results(wanted), requirement="B06.FR.06")
