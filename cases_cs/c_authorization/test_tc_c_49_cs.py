"""TC_C_49_CS: a master pass stops all transactions of a station that has no screen."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPostSession, EVDisconnected, ParkingBayUnoccupied
from harness.steps_cs.master_pass import (
    charge_everywhere,
    expect_stopped_by_master,
    know_master_pass,
    present_master_pass,
)


@case("TC_C_49_CS")
async def test_tc_c_49_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await know_master_pass(fake_csms)
    sessions = await charge_everywhere(fake_csms)
    # Main
    mark = await present_master_pass(fake_csms, 1)
    for session in sessions:
        await expect_stopped_by_master(fake_csms, 3, session, since=mark)
    for step, state in (
        (5, EVConnectedPostSession),
        (6, EVDisconnected),
        (7, ParkingBayUnoccupied),
    ):
        for session in sessions:
            await fake_csms.run(step, state.on(session.evse))
