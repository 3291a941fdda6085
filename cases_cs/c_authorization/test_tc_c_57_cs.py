"""TC_C_57_CS: nobody asks about a driver whom the cache knows as refused where that is disabled."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, IdTokenCached
from harness.steps_cs.cache import plug_in_first, use_cache
from harness.steps_cs.refusals import expect_refused


@case("TC_C_57_CS")
async def test_tc_c_57_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.invalid
    # Before
    way = await use_cache(fake_csms)
    await fake_csms.reach(IdTokenCached(token, "Invalid", way=way))
    await fake_csms.configure({"AuthCacheCtrlr.DisablePostAuthorize": "true"})
    await plug_in_first(fake_csms)
    # Main
    mark = fake_csms.mark()
    await fake_csms.run(1, Authorized(way, token, known=True, refused=True))
    await fake_csms.silence(1, "Authorize", since=mark, requirement="Part 2, 2.4.6")
    await expect_refused(fake_csms, 1, since=mark)
