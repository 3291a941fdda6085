"""TC_J_04_CS: what the end of a transaction tells of points of the clock is signed."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.clock_values import send_while_in_use
from harness.steps_cs.ended_values import charge, judge_clock_values, keep_clock_values
from harness.steps_cs.preparations import end_by_leaving
from harness.steps_cs.signed_values import judge_signed, sign_clock_values


@case("TC_J_04_CS")
async def test_tc_j_04_cs(fake_csms: FakeCSMS) -> None:
    # Before
    interval = await keep_clock_values(fake_csms)
    await send_while_in_use(fake_csms)
    policy = await sign_clock_values(fake_csms)
    await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge(fake_csms, "manual", session, interval)
    await fake_csms.run(1, ParkingBayUnoccupied)
    told = judge_clock_values(fake_csms, 1, session, interval, alone=False)
    judge_signed(fake_csms, 1, session, told, policy)
