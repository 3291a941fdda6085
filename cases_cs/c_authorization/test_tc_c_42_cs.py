"""TC_C_42_CS: a driver of the same group, whom the CSMS refuses, does not stop the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.energy_flow import expect_energy, tell_energy, watch_energy
from harness.steps_cs.refusals import ask_about_everybody, expect_not_stopped, present


@case("TC_C_42_CS")
async def test_tc_c_42_cs(fake_csms: FakeCSMS) -> None:
    tokens, session = fake_csms.sut.tokens, fake_csms.session()
    # Before
    await tell_energy(fake_csms)
    fake_csms.says_of(tokens.valid, group=tokens.group)
    fake_csms.says_of(tokens.invalid, "Invalid", group=tokens.group)
    await ask_about_everybody(fake_csms)
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized("local"))
    await fake_csms.run(5, EnergyTransferStarted)
    flow = await watch_energy(fake_csms, session)
    mark = fake_csms.mark()
    await present(fake_csms, 6, tokens.invalid, "C09.FR.05")
    source = "C09.FR.11"
    await expect_not_stopped(fake_csms, 7, session, since=mark, requirement=source, refused=True)
    await expect_energy(fake_csms, 7, session, flow, source)
