"""TC_A_23_CS: a station asks again for a certificate that does not come, each time later."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.certificates import expect_csr, sign, trigger_csr
from harness.steps_cs.reconnect import let_leave
from harness.steps_cs.renewal import (
    expect_accepted_kept,
    expect_csr_again,
    expect_no_further_csr,
    judge_one_taken,
    set_signing_wait,
)


@case("TC_A_23_CS", profiles=(3,), slow=True)
async def test_tc_a_23_cs(fake_csms: FakeCSMS) -> None:
    # Before
    minimum = await set_signing_wait(fake_csms, repeat_times=1)
    # Main
    mark = await trigger_csr(fake_csms, 1, 2)
    first = await expect_csr(fake_csms, 3, since=mark)
    second = await expect_csr_again(fake_csms, 5, 6, first, minimum)
    third = await expect_csr_again(fake_csms, 8, 9, second, 2 * minimum)
    await expect_no_further_csr(fake_csms, 10, third, 4 * minimum)
    # Erratum 2025-02: a certificate for each of them, and one at least is taken
    statuses: list[str] = []
    for step, answer_step, request in ((11, 12, first), (13, 14, second), (15, 16, third)):
        either = one_of("Accepted", "Rejected")
        sent = fake_csms.mark()
        statuses.append(await sign(fake_csms, step, answer_step, request, status=either))
        await let_leave(fake_csms, "back", since=sent)
    # Post scenario
    judge_one_taken(fake_csms, "post", statuses)
    await expect_accepted_kept(fake_csms, "post", since=mark)
