"""TC_A_15_CS: a station asks for a certificate, and a refusal does it no harm."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.certificates import expect_csr, trigger_csr


@case("TC_A_15_CS", profiles=(3,))
async def test_tc_a_15_cs(fake_csms: FakeCSMS) -> None:
    # Before: the answer of step 4
    fake_csms.answer("SignCertificate", status="Rejected")
    # Main
    mark = await trigger_csr(fake_csms, 1, 2)
    await expect_csr(fake_csms, 3, since=mark)
