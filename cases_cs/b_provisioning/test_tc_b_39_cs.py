"""TC_B_39_CS: a read-only variable is not set."""

from harness.case import case
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.MessageTimeout[Default]"


@case("TC_B_39_CS")
async def test_tc_b_39_cs(fake_csms: FakeCSMS) -> None:
    before = (await fake_csms.variables.read(VARIABLE)).get(VARIABLE)
    # Main
    value = "32" if before == "31" else "31"
    sent = await fake_csms.send(1, "SetVariables", setVariableData=[setting(VARIABLE, value)])
    await sent.response(
        2, setVariableResult=results(result(VARIABLE, "Rejected")), requirement="B05.FR.09"
    )
    # Rejected is true only if the value is what it was.
    if before is not None:
        await fake_csms.variables.expect_value(2, VARIABLE, before, requirement="B05.FR.09")
