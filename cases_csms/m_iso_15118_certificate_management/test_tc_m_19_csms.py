"""TC_M_19_CSMS: a CSMS asks for certificates of which a station has none."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms.installed import MANUFACTURER_ROOT, request_list
from harness.steps_csms.telling import expect_still_served


@case("TC_M_19_CSMS")
async def test_tc_m_19_csms(fake_station: FakeStation) -> None:
    # Main
    await request_list(fake_station, 1, 2, [], asked=[MANUFACTURER_ROOT])
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
