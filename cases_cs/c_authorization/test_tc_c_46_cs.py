"""TC_C_46_CS: the CSMS is asked about a driver whose entry in the cache has outlived itself."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, IdTokenCached
from harness.steps_cs.cache import asks_again, outlive, plug_in_first, shorten_life, use_cache


@case("TC_C_46_CS")
async def test_tc_c_46_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    way = await use_cache(fake_csms)
    await asks_again(fake_csms)
    life = await shorten_life(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    await plug_in_first(fake_csms)
    # Main
    await outlive(fake_csms, 1, life)
    await fake_csms.run(2, Authorized(way, token))
    await fake_csms.run(3, EnergyTransferStarted)
