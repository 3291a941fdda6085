"""TC_E_44_CS: a transaction that is stopped offline is told to the end afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.delivery import expect_back, expect_ended_queue, keep_offline, offline
from harness.steps_cs.offline_actions import expect_left, leave_unseen


@case("TC_E_44_CS")
async def test_tc_e_44_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with offline(fake_csms):
        await leave_unseen(fake_csms, session)
        mark = fake_csms.inbox.mark
    await expect_back(fake_csms, 2, since=mark)
    await expect_ended_queue(fake_csms, 3, session, stop="StopAuthorized")
    await expect_left(fake_csms, 3, session, since=mark)
