"""TC_B_39_CS: a read-only variable is not set."""

from harness.case import case
from harness.device_data import result, results, setting
from harness.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.MessageTimeout[Default]"


@case("TC_B_39_CS")
async def test_tc_b_39_cs(fake_csms: FakeCSMS) -> None:
    # Main
    sent = await fake_csms.send(1, "SetVariables", setVariableData=[setting(VARIABLE, "31")])
    await sent.response(
        2, setVariableResult=results(result(VARIABLE, "Rejected")), requirement="B05.FR.09"
    )
