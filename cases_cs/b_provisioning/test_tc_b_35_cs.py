"""TC_B_35_CS: setting an unknown component is answered as such."""

from harness.case import case
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "UnknownComponent.OfflineThreshold"


@case("TC_B_35_CS")
async def test_tc_b_35_cs(fake_csms: FakeCSMS) -> None:
    # Main
    sent = await fake_csms.send(1, "SetVariables", setVariableData=[setting(VARIABLE, "300")])
    wanted = result(VARIABLE, "UnknownComponent")
    await sent.response(2, setVariableResult=results(wanted), requirement="B05.FR.04")
