"""TC_B_08_CSMS: a CSMS keeps to the number of variables that a station takes in one request."""

from harness.case import case
from harness.ocppj.variables import asked
from harness.peers.fake_station import FakeStation
from harness.steps_csms.variable_requests import asks_for, split_get_variables_requested

LIMIT = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
NAMES = (
    "DeviceDataCtrlr.ItemsPerMessage[GetReport]",
    LIMIT,
    "DeviceDataCtrlr.BytesPerMessage[GetReport]",
    "DeviceDataCtrlr.BytesPerMessage[GetVariables]",
    "AuthCtrlr.AuthorizeRemoteStart",
)


@case("TC_B_08_CSMS")
async def test_tc_b_08_csms(fake_station: FakeStation) -> None:
    # Before: the CSMS learns the limit, which is 4
    async with fake_station.before():
        await fake_station.requested(
            "Before",
            "Before",
            "GetVariables",
            wish={"getVariableData": [asked(LIMIT)]},
            where=asks_for(LIMIT),
            requirement="B06.FR.05",
        )
    # Main
    await split_get_variables_requested(fake_station, 1, 2, *NAMES, limit=4)
