"""TC_E_13_CS: a transaction starts when the CSMS authorizes a driver."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, EVConnectedPreSession
from harness.steps_cs.preparations import ask_csms, start_at


@case("TC_E_13_CS")
async def test_tc_e_13_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_at(fake_csms, "Authorized")
    await ask_csms(fake_csms)
    # Main (erratum 2025-02: states, on until energy flows)
    await fake_csms.run(1, Authorized("remote"))
    await fake_csms.run(2, EVConnectedPreSession)
    await fake_csms.run(3, EnergyTransferStarted)
