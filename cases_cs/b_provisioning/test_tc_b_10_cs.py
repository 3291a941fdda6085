"""TC_B_10_CS: two variables are set at once."""

from harness.case import case
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import NO_ERROR

VALUES = {"OCPPCommCtrlr.OfflineThreshold": "300", "AuthCtrlr.LocalAuthorizeOffline": "true"}
OTHER_VALUES = {"OCPPCommCtrlr.OfflineThreshold": "299", "AuthCtrlr.LocalAuthorizeOffline": "false"}
LIMIT = "DeviceDataCtrlr.ItemsPerMessage[SetVariables]"


@case("TC_B_10_CS")
async def test_tc_b_10_cs(fake_csms: FakeCSMS) -> None:
    if await fake_csms.variables.read_number(LIMIT, len(VALUES)) < len(VALUES):
        raise fake_csms.undrivable(f"{LIMIT} is below {len(VALUES)} (B05.FR.11)")
    await fake_csms.variables.start_from(2, OTHER_VALUES)
    # Main
    both = await fake_csms.send(
        1,
        "SetVariables",
        setVariableData=[setting(name, value, "Actual") for name, value in VALUES.items()],
    )
    wanted = [
        result(name, "Accepted", attributeType="Actual", attributeStatusInfo=NO_ERROR)
        for name in VALUES
    ]
    await both.response(
        2, setVariableResult=results(*wanted), requirement="B05.FR.01-03, B05.FR.10"
    )
    for name, value in VALUES.items():
        await fake_csms.variables.expect_value(2, name, value, requirement="B05.FR.10")
