"""TC_E_29_CS: what a transaction still has to tell is said to be in the queue."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.offline import come_back, go_offline, metered_time
from harness.steps_cs.delivery import (
    events_held,
    expect_sampled_queue,
    keep_offline,
    sample_energy,
)


@case("TC_E_29_CS")
async def test_tc_e_29_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await sample_energy(fake_csms)
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with events_held(fake_csms):
        lost = await go_offline(fake_csms, 1)
        await come_back(fake_csms, 2, lost, after=metered_time(fake_csms))
        status = await fake_csms.send(
            3, "GetTransactionStatus", transactionId=session.transaction_id
        )
        await status.response(
            4, ongoingIndicator=True, messagesInQueue=True, requirement="E14.FR.02, E14.FR.04"
        )
    await expect_sampled_queue(fake_csms, 5, session)
