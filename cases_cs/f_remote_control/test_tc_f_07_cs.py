"""TC_F_07_CS: a connector without a plug is unlocked all the same, and the result is told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.locks import expect_lock, unlock


@case("TC_F_07_CS")
async def test_tc_f_07_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Main
    source = "F05.FR.01, F05.FR.04, F05.FR.06"
    await unlock(fake_csms, 1, 2, session, status="Unlocked", requirement=source)
    await expect_lock(fake_csms, 2, session, closed=False, requirement="F05.FR.04")
