"""TC_E_43_CS: a whole transaction that nobody saw is told afterwards."""

from harness.case import case
from harness.delivery import expect_ended_queue, offline
from harness.fake_csms import FakeCSMS
from harness.preparations import authorize_offline
from harness.unseen import charge_unseen


@case("TC_E_43_CS")
async def test_tc_e_43_cs(fake_csms: FakeCSMS) -> None:
    session = fake_csms.session()
    # Before (TransactionEventsInQueueEnded; erratum 2024-06)
    await authorize_offline(fake_csms)
    async with fake_csms.before():
        async with offline(fake_csms):
            await charge_unseen(fake_csms, session)
            place = fake_csms.inbox.now
        await fake_csms.expect_connection("Before", since=place)
    # Main
    await expect_ended_queue(fake_csms, 1, session, stop="StopAuthorized", started=True)
