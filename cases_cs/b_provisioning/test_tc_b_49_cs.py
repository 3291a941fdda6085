"""TC_B_49_CS: a station that reaches neither network profile keeps trying and comes back."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import ATTEMPTS, judge_first, migration
from harness.steps_cs.offline import (
    RANDOM_RANGE,
    REPEAT_TIMES,
    WAIT_MINIMUM,
    judge_back_off,
    longest_back_off,
)


@case("TC_B_49_CS", slow=True)
async def test_tc_b_49_cs(fake_csms: FakeCSMS) -> None:
    configured = fake_csms.sut.configured.retry_back_off_wait_minimum
    # Before
    await fake_csms.configure({ATTEMPTS: "1"})
    await fake_csms.configure(
        {WAIT_MINIMUM: str(configured), REPEAT_TIMES: "0", RANDOM_RANGE: "0"}, if_writable=True
    )
    wait = await fake_csms.variables.read_number(WAIT_MINIMUM, configured)
    limits = fake_csms.sut.limits
    pause = await longest_back_off(fake_csms)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    fake_csms.refuse_connections()
    await move.reset(5, 6)
    mark = fake_csms.reboot_mark
    await fake_csms.expect_refused(7, endpoint=move.endpoint, since=mark, within=limits.boot)
    judge_first(fake_csms, 7, move.endpoint, since=mark)
    refused = await fake_csms.expect_refused(
        9, endpoint=move.active_endpoint, since=mark, within=limits.boot
    )
    fake_csms.accept_connections(move.active_endpoint)
    back = await fake_csms.expect_connection(
        11, endpoint=move.active_endpoint, since=mark, within=limits.connect + pause
    )
    judge_back_off(fake_csms, 11, back.t - refused.t, at_least=wait)
    await fake_csms.run(13, BootedAgain)
