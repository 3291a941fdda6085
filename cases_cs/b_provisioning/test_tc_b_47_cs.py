"""TC_B_47_CS: a CSMS that shows a certificate of the old root is refused after a change of root."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import (
    ATTEMPTS,
    install_new_root,
    migration,
    need_tls,
)
from harness.steps_cs.root_store import expect_old_root


@case("TC_B_47_CS", slow=True)
async def test_tc_b_47_cs(fake_csms: FakeCSMS) -> None:
    # Before
    need_tls(fake_csms)
    await fake_csms.configure({ATTEMPTS: "1"})
    await install_new_root(fake_csms)
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    move.show_root(7, new=False)
    await move.reset(5, 6)
    await move.expect_failure(8)
    await move.expect_return(9)
    await fake_csms.run(10, BootedAgain)
    await expect_old_root(fake_csms, 11, 12)
