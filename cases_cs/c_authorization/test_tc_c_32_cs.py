"""TC_C_32_CS: a driver whom the cache knows is let in after a reboot, and the CSMS is not asked."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    Booted,
    EnergyTransferStarted,
    EVConnectedPreSession,
    IdTokenCached,
)
from harness.steps_cs.cache import use_lasting_cache
from harness.steps_cs.preparations import wait_for_plug


@case("TC_C_32_CS")
async def test_tc_c_32_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    way = await use_lasting_cache(fake_csms)
    await wait_for_plug(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    # Main
    await fake_csms.run(1, Booted)
    await fake_csms.run(2, Authorized(way, token, known=True))
    await fake_csms.run(3, EVConnectedPreSession)
    await fake_csms.run(4, EnergyTransferStarted)
