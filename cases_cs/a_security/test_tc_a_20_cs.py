"""TC_A_20_CS: without a CSMS root certificate, a station does not move up to TLS."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.tls import only_active_slot
from harness.steps_cs.upgrade import expect_no_upgrade, remove_roots


@case("TC_A_20_CS", profiles=(1,))
async def test_tc_a_20_cs(fake_csms: FakeCSMS) -> None:
    # Before (errata 2025-02)
    await only_active_slot(fake_csms)
    await remove_roots(fake_csms)
    # Main (erratum 2025-04: the profile may be refused already)
    await expect_no_upgrade(fake_csms, 2, "A05.FR.02")
