"""TC_J_10_CS: the end of a transaction tells what was sampled in it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.ended_values import charge, judge_samples, keep_samples
from harness.steps_cs.preparations import end_by_leaving


@case("TC_J_10_CS")
async def test_tc_j_10_cs(fake_csms: FakeCSMS) -> None:
    # Before
    interval = await keep_samples(fake_csms)
    await fake_csms.configure({"AlignedDataCtrlr.TxEndedMeasurands": ""})
    await end_by_leaving(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge(fake_csms, "manual", session, interval)
    await fake_csms.run(1, ParkingBayUnoccupied)
    judge_samples(fake_csms, 1, session, interval, alone=True)
