"""TC_G_03_CS: an EVSE is made inoperative, and all its connectors are Unavailable."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable
from harness.steps_cs.availability import (
    expect_availability,
    expect_no_service,
    expect_others_serve,
)


@case("TC_G_03_CS")
async def test_tc_g_03_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Main
    await fake_csms.run(1, Unavailable(evse))
    # Post scenario
    await expect_availability(fake_csms, 1, "Unavailable", evse)
    await expect_no_service(fake_csms, "post", evse)
    await expect_others_serve(fake_csms, "post", evse)
