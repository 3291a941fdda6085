"""TC_J_06_CS: clock-aligned values alone stop while a transaction runs, and go on after it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.clock_values import (
    expect_clock_values,
    judge_silence,
    measure_by_the_clock,
    outlast_point,
    send_while_idle,
)
from harness.steps_cs.preparations import end_by_leaving


@case("TC_J_06_CS")
async def test_tc_j_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await send_while_idle(fake_csms)
    await end_by_leaving(fake_csms)
    values = await measure_by_the_clock(fake_csms)
    # Main
    await expect_clock_values(fake_csms, 1, values, points=2)
    session = await fake_csms.run(3, EnergyTransferStarted)
    await outlast_point(fake_csms, "manual", session, values)
    await fake_csms.run(6, ParkingBayUnoccupied)
    await judge_silence(fake_csms, 4, session, values)
    await expect_clock_values(fake_csms, 7, values, points=2)
