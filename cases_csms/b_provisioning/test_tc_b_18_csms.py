"""TC_B_18_CSMS: a CSMS asks for a report by criteria, and copes with an empty one."""

from harness.case import case
from harness.ocppj.variables import asked
from harness.peers.fake_station import FakeStation
from harness.steps_csms.variable_requests import exactly

EVSE = "EVSE(1).AvailabilityState"


@case("TC_B_18_CSMS")
async def test_tc_b_18_csms(fake_station: FakeStation) -> None:
    for number, (step, criterion) in enumerate(((1, "Problem"), (3, "Available"))):
        # Main
        await fake_station.ask(
            "GetReport",
            requestId=81 + number,
            componentCriteria=[criterion],
            componentVariable=[asked(EVSE)],
        )
        await fake_station.expect(
            step,
            "GetReport",
            since=fake_station.asked,
            prefer_match=True,
            componentCriteria=[criterion],
            componentVariable=[exactly(EVSE)],
            requirement="B08.FR.01, B08.FR.03",
        )
    await fake_station.expect_reports_answered(6)
