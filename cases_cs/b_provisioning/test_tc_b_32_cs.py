"""TC_B_32_CS: reading an unknown component is answered as such."""

from harness.case import case
from harness.device_data import asked, result, results
from harness.fake_csms import FakeCSMS
from harness.match import ABSENT

VARIABLE = "UnknownComponent.OfflineThreshold"


@case("TC_B_32_CS")
async def test_tc_b_32_cs(fake_csms: FakeCSMS) -> None:
    # Main
    value = await fake_csms.send(1, "GetVariables", getVariableData=[asked(VARIABLE)])
    wanted = result(VARIABLE, "UnknownComponent", attributeValue=ABSENT)
    await value.response(2, getVariableResult=results(wanted), requirement="B06.FR.06")
