"""TC_E_21_CS: a transaction ends when the CSMS stops it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import charge_a_while, expect_stop, request_stop
from harness.steps_cs.locks import expect_released
from harness.steps_cs.preparations import stop_at


@case("TC_E_21_CS")
async def test_tc_e_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "Authorized")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge_a_while(fake_csms, session)
    mark = await request_stop(fake_csms, 1, 2, session)
    # The end may be an event of its own, as erratum 2024-09 of TC_E_35 has it.
    await expect_stop(fake_csms, 3, session, since=mark, triggerReason="RemoteStop")
    await expect_released(fake_csms, 3, session, "F03.FR.02, F03.FR.03")
