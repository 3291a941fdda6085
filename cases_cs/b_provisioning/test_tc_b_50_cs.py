"""TC_B_50_CS: a station moves to a CSMS whose certificate is of a new root."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import (
    expect_old_root_removed,
    install_new_root,
    migration,
    need_tls,
)


@case("TC_B_50_CS", irreversible="certificates", irreversible_with="AS-2")
async def test_tc_b_50_cs(fake_csms: FakeCSMS) -> None:
    # Before
    need_tls(fake_csms)
    await install_new_root(fake_csms)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    move.show_root(7, new=True)
    await move.reset(5, 6)
    await move.expect_arrival(7)
    await fake_csms.run(9, BootedAgain)
    await move.expect_in_use(9)
    await move.expect_to_stay(9)
    # Post scenario: the requirement that the page is about
    await expect_old_root_removed(fake_csms, 9)
