"""TC_J_07_CS: the begin of a transaction is told with meter values of its EVSE."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, EVConnectedPreSession, ParkingBayOccupied
from harness.steps_cs.preparations import start_without_bay
from harness.steps_cs.sampled_values import judge_begin, tell_begin


@case("TC_J_07_CS")
async def test_tc_j_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_without_bay(fake_csms)
    await tell_begin(fake_csms)
    await fake_csms.reach(ParkingBayOccupied)
    # Main
    await fake_csms.run(1, EVConnectedPreSession)
    session = await fake_csms.run(2, EnergyTransferStarted)
    judge_begin(fake_csms, 2, session)
