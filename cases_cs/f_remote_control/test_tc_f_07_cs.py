"""TC_F_07_CS: a connector without a plug is unlocked all the same, and the result is told."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.locks import expect_result, unlock


@case("TC_F_07_CS")
async def test_tc_f_07_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Main: a lock that stays closed is told to be one, whatever the page wants (F05.FR.06)
    status, source = one_of("Unlocked", "UnlockFailed"), "F05.FR.01, F05.FR.06"
    told = await unlock(fake_csms, 1, 2, session, status=status, requirement=source)
    await expect_result(fake_csms, 2, session, told)
