"""TC_B_18_CSMS: a CSMS asks for a report by criteria, and copes with an empty one."""

from harness.case import case
from harness.ocppj.variables import asked
from harness.peers.fake_station import FakeStation
from harness.steps_csms.variable_requests import exactly

EVSE = "EVSE(1).AvailabilityState"


@case("TC_B_18_CSMS")
async def test_tc_b_18_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "GetReport",
        wish={"requestId": 81, "componentVariable": [asked(EVSE)]},
        prefer_match=True,
        componentCriteria=["Problem"],
        componentVariable=[exactly(EVSE)],
        requirement="B08.FR.01, B08.FR.03",
    )
    available = await fake_station.requested(
        3,
        4,
        "GetReport",
        wish={"requestId": 82, "componentVariable": [asked(EVSE)]},
        prefer_match=True,
        componentCriteria=["Available"],
        componentVariable=[exactly(EVSE)],
        requirement="B08.FR.01, B08.FR.03",
    )
    await fake_station.expect_reports_answered(5, 6, available)
