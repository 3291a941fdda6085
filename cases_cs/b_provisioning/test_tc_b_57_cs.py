"""TC_B_57_CS: a station that lost its connection tries again with a growing back-off time."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.back_off import (
    back_off,
    longest_back_off,
    need_doubling,
    set_back_off,
)
from harness.steps_cs.migration import ATTEMPTS


@case("TC_B_57_CS", slow=True)
async def test_tc_b_57_cs(fake_csms: FakeCSMS) -> None:
    configured = fake_csms.sut.configured.retry_back_off_wait_minimum
    # Before (erratum 2025-02)
    await fake_csms.configure({ATTEMPTS: "3"})
    await set_back_off(fake_csms, configured, repeat_times=2)
    await need_doubling(fake_csms, repeat_times=2)
    wait = await back_off(fake_csms)
    within = fake_csms.sut.limits.connect + await longest_back_off(fake_csms)
    # Main
    lost = await fake_csms.disconnect(1)
    mark = fake_csms.mark()
    back = await fake_csms.expect_connection(2, since=mark, within=within)
    first = back.t - lost.t
    wait.judge(2, first)
    fake_csms.refuse_connections(step=6)
    lost = await fake_csms.disconnect(4)
    mark = fake_csms.mark()
    refused = await fake_csms.expect_refused(5, since=mark, within=within)
    fake_csms.accept_connections(step=8)
    second = refused.t - lost.t
    wait.judge(5, second)
    wait.judge_begun_anew(5, second, first)  # erratum 4.12 of Part 4
    back = await fake_csms.expect_connection(7, since=mark, within=within)
    wait.judge(7, back.t - refused.t, doubled=True)
    wait.judge_doubled(7, back.t - refused.t, second)
