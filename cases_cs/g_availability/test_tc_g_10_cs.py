"""TC_G_10_CS: an EVSE that is inoperative can be made inoperative."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.states_cs.availability import change_availability
from harness.steps_cs.availability import expect_availability, expect_no_service


@case("TC_G_10_CS")
async def test_tc_g_10_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(Unavailable(evse))
    # Main
    await change_availability(fake_csms, 1, 2, "Inoperative", evse)
    await expect_availability(fake_csms, 2, "Unavailable", evse)
    # Post scenario
    await expect_no_service(fake_csms, "post", evse)
