"""TC_A_14_CS: a station refuses certificates that are not valid, and tells it.

The page has one of them; A02.FR.06 names what makes a certificate invalid, each is tried.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.pki.keys import Flaw
from harness.states_cs.certificates import expect_csr, trigger_csr
from harness.steps_cs.renewal import expect_certificate_kept, expect_certificate_refused
from harness.steps_cs.security_events import expect_security_event


@case("TC_A_14_CS", profiles=(3,))
async def test_tc_a_14_cs(fake_csms: FakeCSMS) -> None:
    begun = fake_csms.mark()
    # Main
    for flaw in (Flaw.UNKNOWN_ROOT, Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.WRONG_NAME):
        mark = await trigger_csr(fake_csms, 1, 2)
        request = await expect_csr(fake_csms, 3, since=mark)
        await expect_certificate_refused(fake_csms, 5, 6, request, flaw)
        event = "InvalidChargingStationCertificate"
        await expect_security_event(fake_csms, 7, event, since=request.mark)
    # No post scenario on the page: none of them is used
    await expect_certificate_kept(fake_csms, "post", since=begun)
