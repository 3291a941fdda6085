"""TC_E_32_CS: a transaction is over, and all that was to be told of it was told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.transaction_status import ask_uncrossed


@case("TC_E_32_CS")
async def test_tc_e_32_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(EnergyTransferStarted)
    session = await fake_csms.reach(ParkingBayUnoccupied)
    # Main
    status = await ask_uncrossed(fake_csms, 1, transactionId=session.transaction_id)
    await status.response(
        2, ongoingIndicator=False, messagesInQueue=False, requirement="E14.FR.03, E14.FR.05"
    )
