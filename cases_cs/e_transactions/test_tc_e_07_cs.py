"""TC_E_07_CS: a driver's stop opens the power path, and that ends the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, StopAuthorized
from harness.steps_cs.locks import expect_released
from harness.steps_cs.preparations import stop_at


@case("TC_E_07_CS")
async def test_tc_e_07_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "PowerPathClosed", without={"Authorized"})
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await fake_csms.run(1, StopAuthorized("local"))
    await expect_released(fake_csms, 1, session, "C01.FR.01, E06.FR.06")
