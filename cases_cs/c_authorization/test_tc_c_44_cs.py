"""TC_C_44_CS: a driver of the same group, whom the cache knows as refused, does not stop it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, IdTokenCached
from harness.steps_cs.cache import asks_again, plug_in_first, use_cache
from harness.steps_cs.energy_flow import expect_energy, tell_energy, watch_energy
from harness.steps_cs.refusals import expect_not_stopped, present


@case("TC_C_44_CS")
async def test_tc_c_44_cs(fake_csms: FakeCSMS) -> None:
    tokens, session = fake_csms.sut.tokens, fake_csms.session()
    # Before
    await tell_energy(fake_csms)
    await use_cache(fake_csms)
    await asks_again(fake_csms)
    await fake_csms.reach(IdTokenCached(tokens.valid, group=tokens.group, way="local"))
    refused = IdTokenCached(tokens.invalid, "Invalid", group=tokens.group, way="local")
    await fake_csms.reach(refused)
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized("local", tokens.valid, known=True))
    await fake_csms.run(3, EnergyTransferStarted)
    flow = await watch_energy(fake_csms, session)
    mark = fake_csms.mark()
    await present(fake_csms, 4, tokens.invalid, "C10.FR.03, C12.FR.05")
    source = "C09.FR.11"
    await expect_not_stopped(fake_csms, 5, session, since=mark, requirement=source, refused=True)
    await expect_energy(fake_csms, 5, session, flow, source)
