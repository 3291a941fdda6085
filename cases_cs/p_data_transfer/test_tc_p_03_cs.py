"""TC_P_03_CS: custom data in a request does not keep a station from doing what it asks for."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.ocppj.custom_data import with_custom_data
from harness.ocppj.variables import Variable, get_item, result, results, set_item
from harness.peers.fake_csms import FakeCSMS

NAME = "OCPPCommCtrlr.OfflineThreshold"
WANTED = {NAME: "200"}
_TYPE = one_of("Actual", ABSENT)  # absent by the page; the standing rule follows Part 2


@case("TC_P_03_CS")
async def test_tc_p_03_cs(fake_csms: FakeCSMS) -> None:
    variable = Variable.parse(NAME)
    # Before: another value, so that the new one proves something
    await fake_csms.variables.start_from(2, {NAME: "199"}, WANTED)
    # Main
    data = {"setVariableData": [set_item(variable, "200", "Actual")]}
    sent = await fake_csms.send(1, "SetVariables", **with_custom_data(data))
    accepted = results(result(NAME, "Accepted"))
    source = "Part 4, 9 (customData); B05.FR.10"
    await sent.response(2, setVariableResult=accepted, requirement=source)
    data = {"getVariableData": [get_item(variable, "Actual")]}
    sent = await fake_csms.send(3, "GetVariables", **with_custom_data(data))
    read = results(result(NAME, "Accepted", attributeType=_TYPE, attributeValue="200"))
    source = "Part 4, 9 (customData); B05.FR.10, B06.FR.10"
    await sent.response(4, getVariableResult=read, requirement=source)
