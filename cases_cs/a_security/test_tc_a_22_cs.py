"""TC_A_22_CS: a station refuses to go back to security profile 1."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.upgrade import expect_unchanged, into_other_slot, profile_in_use


@case("TC_A_22_CS", profiles=(2, 3))
async def test_tc_a_22_cs(fake_csms: FakeCSMS) -> None:
    # Before
    former = await profile_in_use(fake_csms)
    move = await into_other_slot(fake_csms, 1)
    # Main
    await move.set_profile(1, 2, "Rejected", "B09.FR.04, A00.FR.005")
    await expect_unchanged(fake_csms, 2, former, "B09.FR.04")
