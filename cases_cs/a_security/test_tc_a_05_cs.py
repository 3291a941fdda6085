"""TC_A_05_CS: a station gives up a connection to whoever shows a bad server certificate.

The bad one is shown for twice the time of a reconnection: no attempt in that time may go on.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.migration import ATTEMPTS
from harness.steps_cs.security_events import expect_security_event
from harness.steps_cs.tls import (
    expect_certificate_refused,
    flaws_to_refuse,
    only_active_slot,
    serve_everywhere,
    serve_well,
    time_to_return,
)


@case("TC_A_05_CS", profiles=(2, 3), slow=True)
async def test_tc_a_05_cs(fake_csms: FakeCSMS) -> None:
    # Before (errata 2025-02, 2025-04)
    await fake_csms.configure({ATTEMPTS: "3"}, if_writable=True)
    await only_active_slot(fake_csms)
    flaws = await flaws_to_refuse(fake_csms)
    # Main: a good certificate first, then each of the bad ones
    usual = await time_to_return(fake_csms, 1, 2)
    for flaw in flaws:
        serve_everywhere(fake_csms, 6, flaw=flaw)
        mark = fake_csms.mark()
        await fake_csms.disconnect(4)
        await expect_certificate_refused(fake_csms, 5, 7, flaw, since=mark, during=2 * usual)
        mark = fake_csms.mark()
        serve_well(fake_csms, 9)
        await fake_csms.expect_connection(8, since=mark)
        await expect_security_event(fake_csms, 10, "InvalidCsmsCertificate", since=mark)
