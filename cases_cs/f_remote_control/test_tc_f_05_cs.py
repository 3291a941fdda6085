"""TC_F_05_CS: a plug that somebody charges with stays locked in, whatever the CSMS asks for."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.stop import expect_not_stopped_remotely
from harness.steps_cs.energy_flow import expect_energy, tell_energy, watch_energy
from harness.steps_cs.locks import expect_lock, unlock


@case("TC_F_05_CS")
async def test_tc_f_05_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    flow = await watch_energy(fake_csms, session)
    mark, source = fake_csms.mark(), "F05.FR.02"
    status = "OngoingAuthorizedTransaction"
    await unlock(fake_csms, 1, 2, session, status=status, requirement=source)
    await expect_lock(fake_csms, 2, session, closed=True, requirement=source)
    await expect_not_stopped_remotely(fake_csms, 2, session, since=mark, requirement=source)
    await expect_energy(fake_csms, 2, session, flow, source)
