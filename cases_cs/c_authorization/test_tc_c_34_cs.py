"""TC_C_34_CS: a refusal in the answer to an event is remembered: next time the CSMS is asked."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    Deauthorized,
    EVDisconnected,
    IdTokenCached,
    ParkingBayOccupied,
    ParkingBayUnoccupied,
)
from harness.steps_cs.cache import asks_again, use_cache
from harness.steps_cs.refusals import expect_refused, turn_out_refused


@case("TC_C_34_CS")
async def test_tc_c_34_cs(fake_csms: FakeCSMS) -> None:
    token, session = fake_csms.sut.tokens.valid, fake_csms.session()
    # Before
    way = await use_cache(fake_csms)
    await asks_again(fake_csms)
    await turn_out_refused(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    fake_csms.says_of(token, "Invalid")
    # Main
    await fake_csms.run(1, Authorized(way, token, known=True))
    await fake_csms.run(2, Deauthorized)
    if session.plugged:
        await fake_csms.run(3, EVDisconnected)
    await fake_csms.run(4, ParkingBayUnoccupied)
    session.deauthorized()
    await fake_csms.run(5, ParkingBayOccupied)
    mark = fake_csms.mark()
    await fake_csms.run(6, Authorized(way, token, refused=True))
    await expect_refused(fake_csms, 6, since=mark)
