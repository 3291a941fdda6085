"""TC_G_18_CS: an inoperative EVSE is Unavailable after a reboot, too."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedTo, Unavailable
from harness.states_cs.availability import change_availability
from harness.steps_cs.availability import expect_availability, expect_no_service


@case("TC_G_18_CS")
async def test_tc_g_18_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(Unavailable(evse))
    # Main
    await change_availability(fake_csms, 1, 2, "Inoperative", evse)
    await expect_availability(fake_csms, 3, "Unavailable", evse)
    kept = dict.fromkeys(fake_csms.sut.connectors_of(evse), "Unavailable")
    await fake_csms.run(5, BootedTo(kept))
    await expect_no_service(fake_csms, "post", evse)
