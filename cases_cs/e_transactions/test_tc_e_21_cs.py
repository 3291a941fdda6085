"""TC_E_21_CS: a transaction ends when the CSMS stops it.

F03.FR.03 has the end say RemoteStop; erratum 2024-09 of the state takes an end of its own too.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import stop_remote
from harness.steps_cs.preparations import stop_at


@case("TC_E_21_CS")
async def test_tc_e_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "Authorized")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await stop_remote(fake_csms, session)
