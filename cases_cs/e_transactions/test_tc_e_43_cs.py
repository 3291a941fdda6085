"""TC_E_43_CS: a whole transaction that nobody saw is told afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import TransactionEventsInQueueEnded
from harness.steps_cs.back_off import set_back_off
from harness.steps_cs.delivery import expect_ended_queue


@case("TC_E_43_CS")
async def test_tc_e_43_cs(fake_csms: FakeCSMS) -> None:
    # Before (erratum 2024-06)
    await set_back_off(fake_csms, fake_csms.sut.configured.retry_back_off_wait_minimum)
    session = await fake_csms.reach(TransactionEventsInQueueEnded)
    # Main
    await expect_ended_queue(fake_csms, 1, session, stop="StopAuthorized", started=True)
