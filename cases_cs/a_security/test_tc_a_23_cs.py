"""TC_A_23_CS: a station asks again for a certificate that does not come, each time later."""

from harness.case import case
from harness.evidence.matchers import Check, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.reconnect import let_leave
from harness.steps_cs.renewal import expect_csr, expect_csr_again, sign, trigger, wait_minimum


@case("TC_A_23_CS", profiles=(3,), slow=True)
async def test_tc_a_23_cs(fake_csms: FakeCSMS) -> None:
    # Before
    minimum = await wait_minimum(fake_csms, repeat_times=1)
    # Main
    mark = await trigger(fake_csms)
    first = await expect_csr(fake_csms, 3, since=mark)
    second = await expect_csr_again(fake_csms, 5, 6, first, minimum)
    third = await expect_csr_again(fake_csms, 8, 9, second, 2 * minimum)
    # Erratum 2025-02: a certificate for each of them, and one at least is taken
    statuses: list[str] = []
    for step, request in ((11, first), (13, second), (15, third)):
        either = one_of("Accepted", "Rejected")
        statuses.append(await sign(fake_csms, step, step + 1, request, status=either))
        await let_leave(fake_csms, "back")
    told = ", ".join(statuses)
    check = Check("$.status", "Accepted at least once", told, "Accepted" in statuses)
    fake_csms.judge("post", "CertificateSignedResponse", [check], "A02.FR.08")
