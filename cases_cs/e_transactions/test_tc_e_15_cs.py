"""TC_E_15_CS: a transaction ends when the driver presents the idToken again."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import stop_local
from harness.steps_cs.preparations import stop_at


@case("TC_E_15_CS")
async def test_tc_e_15_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "Authorized")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await stop_local(fake_csms, session)
