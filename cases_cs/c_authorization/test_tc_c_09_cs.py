"""TC_C_09_CS: the CSMS is asked about a driver whom the cache knows as invalid, and refuses him."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, IdTokenCached
from harness.steps_cs.cache import asks_again, plug_in_first, use_cache
from harness.steps_cs.refusals import expect_refused


@case("TC_C_09_CS")
async def test_tc_c_09_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.invalid
    # Before
    way = await use_cache(fake_csms)
    await asks_again(fake_csms)
    await fake_csms.reach(IdTokenCached(token, "Invalid", way=way))
    await plug_in_first(fake_csms)
    # Main
    mark = fake_csms.mark()
    await fake_csms.run(1, Authorized(way, token, refused=True))
    await expect_refused(fake_csms, 2, since=mark)
