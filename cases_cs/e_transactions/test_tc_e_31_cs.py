"""TC_E_31_CS: a transaction that ended offline is over, with all of that still to be told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.offline import come_back, go_offline, leave_offline, stop_offline
from harness.steps_cs.delivery import (
    events_held,
    expect_ended_queue,
    expect_left,
    keep_offline,
    sample_energy,
)
from harness.steps_cs.preparations import end_by_leaving, unlocked_on_ev_side


@case("TC_E_31_CS")
async def test_tc_e_31_cs(fake_csms: FakeCSMS) -> None:
    duration = fake_csms.sut.configured.transaction_duration
    # Before (erratum 2025-02)
    await sample_energy(fake_csms)
    await keep_offline(fake_csms, duration)
    await unlocked_on_ev_side(fake_csms)
    await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with events_held(fake_csms):
        lost = await go_offline(fake_csms, 1)
        stop = await stop_offline(fake_csms, session)
        await leave_offline(fake_csms, session)
        mark = await come_back(fake_csms, 1, lost, after=duration)
        status = await fake_csms.send(
            1, "GetTransactionStatus", transactionId=session.transaction_id
        )
        await status.response(
            2, ongoingIndicator=False, messagesInQueue=True, requirement="E14.FR.03, E14.FR.04"
        )
    await expect_ended_queue(fake_csms, 3, session, stop=stop)
    await expect_left(fake_csms, 3, session, since=mark)
