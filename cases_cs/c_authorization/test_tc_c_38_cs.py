"""TC_C_38_CS: a cache that is disabled is not cleared."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import IdTokenCached
from harness.steps_cs.cache import disable_cache, use_cache


@case("TC_C_38_CS")
async def test_tc_c_38_cs(fake_csms: FakeCSMS) -> None:
    # Before
    way = await use_cache(fake_csms)
    await fake_csms.reach(IdTokenCached(fake_csms.sut.tokens.valid, way=way))
    await disable_cache(fake_csms)
    # Main
    clear = await fake_csms.send(1, "ClearCache")
    await clear.response(2, status="Rejected", requirement="C11.FR.04")
