"""TC_C_12_CS: a driver is let in whom the cache knows as refused and the CSMS now accepts."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, IdTokenCached
from harness.steps_cs.cache import asks_again, plug_in_first, use_cache


@case("TC_C_12_CS")
async def test_tc_c_12_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.invalid
    # Before
    way = await use_cache(fake_csms)
    await asks_again(fake_csms)
    await fake_csms.reach(IdTokenCached(token, "Invalid", way=way))
    await plug_in_first(fake_csms)
    fake_csms.says_of(token)
    # Main
    await fake_csms.run(1, Authorized(way, token))
    await fake_csms.run(2, EnergyTransferStarted)
