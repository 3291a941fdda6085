"""TC_F_08_CS: the CSMS stops a transaction, and no energy flows any more."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, EVConnectedPostSession, StopAuthorized
from harness.steps_cs.locks import expect_released


@case("TC_F_08_CS")
async def test_tc_f_08_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await fake_csms.run(1, StopAuthorized("remote"))
    # A transaction that goes on does so without energy (F03.FR.02).
    await fake_csms.run(1, EVConnectedPostSession, if_running=True)
    await expect_released(fake_csms, 1, session, "F03.FR.02, F03.FR.03")
