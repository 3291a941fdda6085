"""TC_B_07_CS: two variables are read at once."""

from harness.case import case
from harness.ocppj.variables import asked, result, results
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "300", "AuthCtrlr.LocalAuthorizeOffline": "true"}
LIMIT = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"


@case("TC_B_07_CS")
async def test_tc_b_07_cs(fake_csms: FakeCSMS) -> None:
    if await fake_csms.variables.read_number(LIMIT, len(VALUES)) < len(VALUES):
        raise fake_csms.undrivable(f"{LIMIT} is below {len(VALUES)} (B06.FR.05)")
    # Before
    await fake_csms.configure(VALUES)
    # Main
    both = await fake_csms.send(
        1, "GetVariables", getVariableData=[asked(name, "Actual") for name in VALUES]
    )
    wanted = [
        result(
            name,
            "Accepted",
            attributeType="Actual",
            attributeValue=value,
            attributeStatusInfo=NO_ERROR,
        )
        for name, value in VALUES.items()
    ]
    await both.response(
        2, getVariableResult=results(*wanted), requirement="B06.FR.01-04, B06.FR.10"
    )
