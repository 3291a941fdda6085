"""TC_E_33_CS: what any transaction still has to tell is said to be in the queue."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.delivery import (
    events_held,
    expect_back,
    expect_sampled_queue,
    keep_offline,
    metered_time,
    offline,
    sample_energy,
)
from harness.steps_cs.transaction_status import ask


@case("TC_E_33_CS")
async def test_tc_e_33_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await sample_energy(fake_csms)
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with events_held(fake_csms):
        async with offline(fake_csms, metered_time(fake_csms)):
            mark = fake_csms.inbox.mark
        await expect_back(fake_csms, 2, since=mark)
        status = await ask(fake_csms, 3, None)
        await status.response(
            4, ongoingIndicator=ABSENT, messagesInQueue=True, requirement="E14.FR.06, E14.FR.07"
        )
    await expect_sampled_queue(fake_csms, 5, session)
