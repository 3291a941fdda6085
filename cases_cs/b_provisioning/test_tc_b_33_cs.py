"""TC_B_33_CS: reading an unknown variable is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.ocppj.variables import asked, result, results
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.UnknownVariable"


@case("TC_B_33_CS")
async def test_tc_b_33_cs(fake_csms: FakeCSMS) -> None:
    # Main
    value = await fake_csms.send(1, "GetVariables", getVariableData=[asked(VARIABLE)])
    wanted = result(VARIABLE, "UnknownVariable", attributeValue=ABSENT)
    await value.response(2, getVariableResult=results(wanted), requirement="B06.FR.07")
