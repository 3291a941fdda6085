"""TC_E_31_CS: a transaction that ended offline is over, with all of that still to be told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.delivery import (
    events_held,
    expect_back,
    expect_ended_queue,
    keep_offline,
    offline,
    sample_energy,
)
from harness.steps_cs.offline_actions import end_by_leaving, expect_left, leave_unseen
from harness.steps_cs.preparations import unlocked_on_ev_side
from harness.steps_cs.transaction_status import ask


@case("TC_E_31_CS")
async def test_tc_e_31_cs(fake_csms: FakeCSMS) -> None:
    duration = fake_csms.sut.configured.transaction_duration
    by_driver = fake_csms.sut.authorization == "local"
    # Before (erratum 2025-02)
    await sample_energy(fake_csms)
    await keep_offline(fake_csms, duration)
    await unlocked_on_ev_side(fake_csms)
    if not by_driver:
        await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with events_held(fake_csms):
        async with offline(fake_csms, duration):
            await leave_unseen(fake_csms, session, by_driver=by_driver)
            mark = fake_csms.inbox.mark
        await expect_back(fake_csms, 1, since=mark)
        status = await ask(fake_csms, 1, session.transaction_id)
        await status.response(
            2, ongoingIndicator=False, messagesInQueue=True, requirement="E14.FR.03, E14.FR.04"
        )
    stop = "StopAuthorized" if by_driver else "ChargingStateChanged"
    await expect_ended_queue(fake_csms, 3, session, stop=stop)
    await expect_left(fake_csms, 3, session, since=mark)
