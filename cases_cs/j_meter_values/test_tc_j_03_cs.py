"""TC_J_03_CS: the end of a transaction tells what was measured at points of the clock."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.clock_values import send_while_in_use
from harness.steps_cs.ended_values import charge, judge_clock_values, keep_clock_values
from harness.steps_cs.preparations import end_by_leaving


@case("TC_J_03_CS")
async def test_tc_j_03_cs(fake_csms: FakeCSMS) -> None:
    # Before
    interval = await keep_clock_values(fake_csms)
    await fake_csms.configure({"SampledDataCtrlr.TxEndedMeasurands": ""})
    await send_while_in_use(fake_csms)
    await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge(fake_csms, "manual", session, interval)
    await fake_csms.run(1, ParkingBayUnoccupied)
    judge_clock_values(fake_csms, 1, session, interval, alone=True)
