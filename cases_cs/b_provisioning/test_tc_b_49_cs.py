"""TC_B_49_CS: a station that reaches neither network profile keeps trying and comes back."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.back_off import back_off, longest_pause, set_back_off
from harness.steps_cs.migration import ATTEMPTS, migration


@case("TC_B_49_CS", slow=True)
async def test_tc_b_49_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({ATTEMPTS: "1"})
    await set_back_off(fake_csms, fake_csms.sut.configured.retry_back_off_wait_minimum)
    wait = await back_off(fake_csms)
    pause = await longest_pause(fake_csms, failures=2)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    fake_csms.refuse_connections(move.endpoint, step=8)
    fake_csms.refuse_connections(move.active_endpoint, step=10)
    await move.reset(5, 6)
    await move.expect_failure(7)
    move.judge_first(7)
    refused = await move.expect_failed_return(9)
    move.judge_failures(9, wanted=1)
    fake_csms.accept_connections(move.active_endpoint, step=12)
    back = await move.expect_return(11, pause=pause)
    wait.judge(11, back.t - refused.t)
    move.judge_pauses(11, refused, pause=pause)
    await fake_csms.run(13, BootedAgain)
