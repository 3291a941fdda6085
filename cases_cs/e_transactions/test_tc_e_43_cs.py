"""TC_E_43_CS: a whole transaction that nobody saw is told afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.delivery import expect_back, expect_ended_queue, offline
from harness.steps_cs.offline import set_back_off
from harness.steps_cs.offline_actions import charge_unseen
from harness.steps_cs.preparations import authorize_offline


@case("TC_E_43_CS")
async def test_tc_e_43_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Before (TransactionEventsInQueueEnded; erratum 2024-06)
    await authorize_offline(fake_csms)
    await set_back_off(fake_csms, fake_csms.sut.configured.retry_back_off_wait_minimum)
    async with fake_csms.before():
        async with offline(fake_csms):
            await charge_unseen(fake_csms, session)
            mark = fake_csms.inbox.mark
        await expect_back(fake_csms, "Before", since=mark)
    # Main
    await expect_ended_queue(fake_csms, 1, session, stop="StopAuthorized", started=True)
