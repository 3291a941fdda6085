"""TC_A_21_CS: without a certificate of its own, a station does not move up to profile 3.

B09.FR.02 lets it refuse the network profile already, as an erratum says for TC_A_20_CS.
"""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT, CertificateInstalled
from harness.steps_cs.upgrade import (
    expect_unchanged,
    into_other_slot,
    profile_in_use,
    remove_station_certificate,
)


@case("TC_A_21_CS", profiles=(1, 2))
async def test_tc_a_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await remove_station_certificate(fake_csms)
    await fake_csms.reach(CertificateInstalled(CSMS_ROOT, fake_csms.link.keys.old_root.pem))
    former = await profile_in_use(fake_csms)
    move = await into_other_slot(fake_csms, 3)
    # Main
    either = one_of("Accepted", "Rejected")
    status = await move.set_profile(1, 2, either, "B09.FR.01, B09.FR.02")
    if status == "Accepted":
        # Otherwise the slot may hold an older profile, which is good.
        await move.set_priority(3, 4, "Rejected", "A05.FR.03")
    # Post scenario
    await expect_unchanged(fake_csms, "post", former, "A05.FR.03")
