"""TC_C_38_CSMS: a CSMS takes it that an authorization cache could not be cleared."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import expect_still_served


@case("TC_C_38_CSMS")
async def test_tc_c_38_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1, 2, "ClearCache", answer={"status": "Rejected"}, requirement="C11.FR.01"
    )
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
