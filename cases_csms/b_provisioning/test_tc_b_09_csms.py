"""TC_B_09_CSMS: a CSMS sets one variable."""

from harness.case import case
from harness.ocppj.variables import setting
from harness.peers.fake_station import FakeStation
from harness.steps_csms.operator_view import expect_known
from harness.steps_csms.variable_requests import expect_set_variables

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "123"}


@case("TC_B_09_CSMS")
async def test_tc_b_09_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.ask(
        "SetVariables", setVariableData=[setting(*item) for item in VALUES.items()]
    )
    await expect_set_variables(fake_station, 1, VALUES)
    # Post scenario
    await expect_known(fake_station, next(iter(VALUES)), "B05.FR.10")
