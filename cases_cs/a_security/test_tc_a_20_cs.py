"""TC_A_20_CS: without a CSMS root certificate, a station does not move up to TLS."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.tls import only_active_slot
from harness.steps_cs.upgrade import (
    expect_unchanged,
    into_other_slot,
    profile_in_use,
    remove_roots,
)


@case("TC_A_20_CS", profiles=(1,), irreversible="certificates")
async def test_tc_a_20_cs(fake_csms: FakeCSMS) -> None:
    # Before (errata 2025-02)
    await only_active_slot(fake_csms)
    await remove_roots(fake_csms)
    former = await profile_in_use(fake_csms)
    move = await into_other_slot(fake_csms, 2)
    # Main (erratum 2025-04: the profile may be refused already)
    either = one_of("Accepted", "Rejected")
    status = await move.set_profile(1, 2, either, "B09.FR.01, B09.FR.02")
    if status == "Accepted":
        # Otherwise the slot may hold an older profile, which is good.
        await move.set_priority(3, 4, "Rejected", "A05.FR.02")
    # Post scenario
    await expect_unchanged(fake_csms, "post", former, "A05.FR.02")
