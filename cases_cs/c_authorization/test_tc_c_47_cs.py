"""TC_C_47_CS: a master pass stops all transactions, if that is chosen on the screen."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPostSession, EVDisconnected, ParkingBayUnoccupied
from harness.steps_cs.master_pass import (
    charge_everywhere,
    expect_choice,
    expect_stopped_by_master,
    know_master_pass,
    present_master_pass,
)

#: On the screen: all transactions.
_ALL = 0


@case("TC_C_47_CS")
async def test_tc_c_47_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await know_master_pass(fake_csms)
    sessions = await charge_everywhere(fake_csms)
    # Main
    mark = await present_master_pass(fake_csms, 1)
    await expect_choice(fake_csms, 2, sessions, since=mark)
    await fake_csms.hands.select(_ALL)
    for session in sessions:
        await expect_stopped_by_master(fake_csms, 3, session, since=mark)
    for step, state in (
        (5, EVConnectedPostSession),
        (6, EVDisconnected),
        (7, ParkingBayUnoccupied),
    ):
        for session in sessions:
            await fake_csms.run(step, state.on(session.evse))
