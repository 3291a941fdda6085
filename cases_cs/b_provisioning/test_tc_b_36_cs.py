"""TC_B_36_CS: setting an unknown variable is answered as such."""

from harness.case import case
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.UnknownVariable"


@case("TC_B_36_CS")
async def test_tc_b_36_cs(fake_csms: FakeCSMS) -> None:
    # Main
    sent = await fake_csms.send(1, "SetVariables", setVariableData=[setting(VARIABLE, "300")])
    wanted = result(VARIABLE, "UnknownVariable")
    await sent.response(2, setVariableResult=results(wanted), requirement="B05.FR.05")
