"""TC_C_04_CS: a driver who is accepted does not stop the transaction of another one."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.energy_flow import expect_energy, tell_energy, watch_energy
from harness.steps_cs.refusals import (
    ask_about_everybody,
    claim_elsewhere,
    expect_not_stopped,
    present,
)


@case("TC_C_04_CS")
async def test_tc_c_04_cs(fake_csms: FakeCSMS) -> None:
    other = fake_csms.sut.tokens.valid2
    # Before
    await ask_about_everybody(fake_csms)
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main: without a group, so that he is a stranger
    fake_csms.says_of(other)
    flow = await watch_energy(fake_csms, session)
    mark = fake_csms.mark()
    await present(fake_csms, 1, other)
    source = "C01.FR.03, E07.FR.01"
    await expect_not_stopped(fake_csms, 2, session, since=mark, requirement=source)
    await expect_energy(fake_csms, 2, session, flow, source)
    claim_elsewhere(fake_csms, 2, other, since=mark)
