"""TC_E_09_CS: a transaction starts when the cable is plugged in."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPreSession,
    ParkingBayOccupied,
)
from harness.steps_cs.preparations import start_at


@case("TC_E_09_CS")
async def test_tc_e_09_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_at(fake_csms, "EVConnected")
    await fake_csms.reach(ParkingBayOccupied)
    # Main (erratum 2025-02: states, on until energy flows)
    await fake_csms.run(1, EVConnectedPreSession)
    await fake_csms.run(2, Authorized())
    await fake_csms.run(3, EnergyTransferStarted)
