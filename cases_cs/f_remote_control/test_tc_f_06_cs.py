"""TC_F_06_CS: a plug that nobody charges with is let go when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.locks import expect_lock, unlock


@case("TC_F_06_CS")
async def test_tc_f_06_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Before: without a plug it would be TC_F_07_CS
    await plug_in_first(fake_csms)
    # Main
    source = "F05.FR.01, F05.FR.04"
    await unlock(fake_csms, 1, 2, session, status="Unlocked", requirement=source)
    await expect_lock(fake_csms, 2, session, closed=False, requirement="F05.FR.04")
