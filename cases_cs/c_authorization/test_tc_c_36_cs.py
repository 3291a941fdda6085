"""TC_C_36_CS: the cache is not used while LocalPreAuthorize is false: the CSMS is asked."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, IdTokenCached
from harness.steps_cs.cache import plug_in_where_possible, use_cache
from harness.steps_cs.refusals import expect_refused


@case("TC_C_36_CS")
async def test_tc_c_36_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    way = await use_cache(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    await fake_csms.configure({"AuthCtrlr.LocalPreAuthorize": "false"})
    fake_csms.says_of(token, "Invalid")
    # Main
    mark = fake_csms.mark()
    await fake_csms.run(1, Authorized(way, token, refused=True))
    await plug_in_where_possible(fake_csms, 2)
    await expect_refused(fake_csms, 2, since=mark)
