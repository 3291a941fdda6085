"""TC_E_08_CS: the energy stops with the driver's stop, and that ends the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, StopAuthorized
from harness.steps_cs.locks import expect_released
from harness.steps_cs.preparations import stop_at


@case("TC_E_08_CS")
async def test_tc_e_08_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EnergyTransfer", without={"Authorized", "PowerPathClosed"})
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await fake_csms.run(1, StopAuthorized())
    await expect_released(fake_csms, 1, session, "C01.FR.01, E06.FR.07")
