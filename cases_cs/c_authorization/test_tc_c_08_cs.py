"""TC_C_08_CS: a driver whom the cache knows as accepted gets energy, and the CSMS is not asked."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, IdTokenCached
from harness.steps_cs.cache import plug_in_first, use_cache


@case("TC_C_08_CS")
async def test_tc_c_08_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    way = await use_cache(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized(way, token, known=True))
    await fake_csms.run(2, EnergyTransferStarted)
