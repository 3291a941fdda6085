"""TC_B_46_CS: a station that cannot reach its first network profile falls back on the second."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import ATTEMPTS, judge_attempts, migration
from harness.steps_cs.offline import longest_back_off


@case("TC_B_46_CS", slow=True)
async def test_tc_b_46_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.configure({ATTEMPTS: "2"})
    within = fake_csms.sut.limits.boot + await longest_back_off(fake_csms)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    fake_csms.refuse_connections(move.endpoint)
    await move.reset(5, 6)
    mark = fake_csms.reboot_mark
    await fake_csms.expect_refused(7, endpoint=move.endpoint, since=mark, count=2, within=within)
    await fake_csms.expect_connection(8, endpoint=move.active_endpoint, since=mark, within=within)
    judge_attempts(fake_csms, 8, move.endpoint, since=mark, wanted=2)
    await fake_csms.run(9, BootedAgain)
