"""TC_E_45_CS: a driver of the same group stops a transaction offline."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import AuthorizedLocal, EnergyTransferStarted
from harness.steps_cs.delivery import expect_back, expect_ended_queue, keep_offline, offline
from harness.steps_cs.offline_actions import expect_left, leave_unseen
from harness.steps_cs.preparations import authorize_drivers, know_group


@case("TC_E_45_CS")
async def test_tc_e_45_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await authorize_drivers(fake_csms)
    await keep_offline(fake_csms)
    await know_group(fake_csms)
    await fake_csms.reach(AuthorizedLocal)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with offline(fake_csms):
        await leave_unseen(fake_csms, session, token=fake_csms.sut.tokens.valid2)
        mark = fake_csms.inbox.mark
    await expect_back(fake_csms, 2, since=mark)
    await expect_ended_queue(fake_csms, 3, session, stop="StopAuthorized")
    await expect_left(fake_csms, 3, session, since=mark)
