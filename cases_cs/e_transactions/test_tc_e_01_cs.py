"""TC_E_01_CS: a transaction starts when the power path closes, not before."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, EVConnectedPreSession
from harness.steps_cs.preparations import start_at


@case("TC_E_01_CS")
async def test_tc_e_01_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_at(fake_csms, "PowerPathClosed")
    await fake_csms.reach(Authorized())
    # Main (erratum 2025-02: on until energy flows)
    await fake_csms.run(1, EVConnectedPreSession)
    await fake_csms.run(2, EnergyTransferStarted)
