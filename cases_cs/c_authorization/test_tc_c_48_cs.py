"""TC_C_48_CS: a master pass stops the transaction that is chosen on the screen, and no other."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPostSession, EVDisconnected, ParkingBayUnoccupied
from harness.states_cs.stop import expect_transaction_continues
from harness.steps_cs.master_pass import (
    charge_everywhere,
    expect_stopped_by_master,
    know_master_pass,
    present_master_pass,
)


@case("TC_C_48_CS")
async def test_tc_c_48_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await know_master_pass(fake_csms)
    chosen, *others = await charge_everywhere(fake_csms)
    # Main
    mark = await present_master_pass(fake_csms, 1)
    await fake_csms.hands.select(chosen.evse)
    await expect_stopped_by_master(fake_csms, 3, chosen, since=mark)
    await fake_csms.run(5, EVConnectedPostSession)
    await fake_csms.run(6, EVDisconnected)
    await fake_csms.run(7, ParkingBayUnoccupied)
    for other in others:
        await expect_transaction_continues(fake_csms, 3, other, "C16.FR.01")
