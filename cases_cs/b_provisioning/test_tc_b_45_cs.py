"""TC_B_45_CS: a station moves to the other network profile, and says so where it arrives."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import migration


@case("TC_B_45_CS")
async def test_tc_b_45_cs(fake_csms: FakeCSMS) -> None:
    # Before
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    await move.reset(5, 6)
    await move.expect_arrival(7)
    await fake_csms.run(7, BootedAgain)
    await move.expect_in_use(7)
    await move.expect_to_stay(7)
