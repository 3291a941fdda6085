"""TC_E_04_CS: a driver who identifies first and plugs in second gets energy."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, ParkingBayOccupied
from harness.steps_cs.preparations import ask_csms


@case("TC_E_04_CS")
async def test_tc_e_04_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await ask_csms(fake_csms)
    await fake_csms.reach(ParkingBayOccupied)
    # Main
    await fake_csms.run(1, Authorized("local"))
    await fake_csms.run(2, EnergyTransferStarted)
