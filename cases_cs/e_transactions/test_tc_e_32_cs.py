"""TC_E_32_CS: a transaction is over, and all that was to be told of it was told."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.transaction_status import expect_nothing_queued


@case("TC_E_32_CS")
async def test_tc_e_32_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    await fake_csms.reach(ParkingBayUnoccupied)
    # Main
    await expect_nothing_queued(
        fake_csms, 1, 2, session.transaction_id, ongoing=False, requirement="E14.FR.03, E14.FR.05"
    )
