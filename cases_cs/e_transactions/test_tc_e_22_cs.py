"""TC_E_22_CS: a transaction ends when the vehicle stops taking energy."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import suspended
from harness.steps_cs.preparations import stop_at


@case("TC_E_22_CS")
async def test_tc_e_22_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EnergyTransfer")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main (erratum 2025-02: it ends, whichever charging state is told)
    await suspended(fake_csms, session)
