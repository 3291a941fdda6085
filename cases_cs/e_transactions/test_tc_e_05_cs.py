"""TC_E_05_CS: a driver who does not plug in in time has to identify again, and then can."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted
from harness.steps_cs.no_energy import expect_plug_timeout
from harness.steps_cs.preparations import ask_csms, wait_for_plug


@case("TC_E_05_CS")
async def test_tc_e_05_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await wait_for_plug(fake_csms)
    await ask_csms(fake_csms)
    await fake_csms.configure(
        {"AuthCacheCtrlr.Enabled": "false", "AuthCtrlr.LocalPreAuthorize": "false"},
        if_writable=True,
    )
    session = await fake_csms.reach(Authorized("local"))
    # Main
    await expect_plug_timeout(fake_csms, 1, session)
    await fake_csms.run(3, Authorized("local"))
    await fake_csms.run(4, EnergyTransferStarted)
