"""TC_M_05_CSMS: a CSMS has a root installed where that fails."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms.installed import CSMS_ROOT, request_installation
from harness.steps_csms.telling import expect_still_served


@case("TC_M_05_CSMS")
async def test_tc_m_05_csms(fake_station: FakeStation) -> None:
    # Main
    await request_installation(fake_station, 1, 2, CSMS_ROOT, "Failed")
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
