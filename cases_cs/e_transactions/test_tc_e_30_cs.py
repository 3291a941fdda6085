"""TC_E_30_CS: a transaction goes on, and all that was to be told of it was told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.transaction_status import ask_uncrossed


@case("TC_E_30_CS")
async def test_tc_e_30_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    status = await ask_uncrossed(fake_csms, 1, transactionId=session.transaction_id)
    await status.response(
        2, ongoingIndicator=True, messagesInQueue=False, requirement="E14.FR.02, E14.FR.05"
    )
