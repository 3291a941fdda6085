"""TC_E_45_CS: a driver of the same group stops a transaction offline."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted
from harness.states_cs.offline import come_back, go_offline, leave_offline, present_offline
from harness.steps_cs.delivery import expect_ended_queue, expect_left, keep_offline
from harness.steps_cs.preparations import authorize_drivers, know_group


@case("TC_E_45_CS")
async def test_tc_e_45_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await authorize_drivers(fake_csms)
    await keep_offline(fake_csms)
    await know_group(fake_csms)
    await fake_csms.reach(Authorized("local"))
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    lost = await go_offline(fake_csms, 1)
    await present_offline(fake_csms, session, fake_csms.sut.tokens.valid2)
    await leave_offline(fake_csms, session)
    mark = await come_back(fake_csms, 2, lost)
    await expect_ended_queue(fake_csms, 3, session, stop="StopAuthorized")
    await expect_left(fake_csms, 3, session, since=mark)
