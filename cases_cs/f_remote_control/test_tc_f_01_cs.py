"""TC_F_01_CS: the CSMS starts a transaction for a vehicle that is plugged in already."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, EVConnectedPreSession
from harness.steps_cs.preparations import ask_csms, know_nobody


@case("TC_F_01_CS")
async def test_tc_f_01_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await ask_csms(fake_csms)
    await know_nobody(fake_csms)
    await fake_csms.reach(EVConnectedPreSession)
    # Main
    await fake_csms.run(1, Authorized("remote"))
    await fake_csms.run(2, EnergyTransferStarted)
