"""TC_B_46_CS: a station that cannot reach its first network profile falls back on the second."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.back_off import longest_back_off
from harness.steps_cs.migration import ATTEMPTS, migration


@case("TC_B_46_CS", slow=True)
async def test_tc_b_46_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({ATTEMPTS: "2"})
    pause = await longest_back_off(fake_csms)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    fake_csms.refuse_connections(move.endpoint, step=7)
    await move.reset(5, 6)
    await move.expect_failure(7, count=2, pause=pause)
    await move.expect_return(8, pause=pause)
    move.judge_failures(8, wanted=2)
    await fake_csms.run(9, BootedAgain)
