"""TC_E_06_CS: a driver stops charging with the idToken, unplugs and leaves."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
)
from harness.steps_cs.preparations import ask_csms


@case("TC_E_06_CS")
async def test_tc_e_06_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await ask_csms(fake_csms)
    await fake_csms.reach(EnergyTransferStarted)
    # Main
    await fake_csms.run(1, StopAuthorized("local"))
    await fake_csms.run(2, EVConnectedPostSession)
    await fake_csms.run(3, EVDisconnected)
    await fake_csms.run(4, ParkingBayUnoccupied)
