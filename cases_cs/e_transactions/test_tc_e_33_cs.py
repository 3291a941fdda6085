"""TC_E_33_CS: what any transaction still has to tell is said to be in the queue."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.offline import come_back, go_offline, metered_time
from harness.steps_cs.delivery import (
    events_held,
    expect_sampled_queue,
    keep_offline,
    sample_energy,
)


@case("TC_E_33_CS")
async def test_tc_e_33_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await sample_energy(fake_csms)
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with events_held(fake_csms):
        lost = await go_offline(fake_csms, 1)
        await come_back(fake_csms, 2, lost, after=metered_time(fake_csms))
        status = await fake_csms.send(3, "GetTransactionStatus")
        await status.response(
            4, ongoingIndicator=ABSENT, messagesInQueue=True, requirement="E14.FR.06, E14.FR.07"
        )
    await expect_sampled_queue(fake_csms, 5, session)
