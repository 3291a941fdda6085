"""TC_C_41_CS: a driver of the same group, whom the cache knows, stops the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    IdTokenCached,
    ParkingBayUnoccupied,
    StopAuthorized,
)
from harness.steps_cs.cache import plug_in_first, use_cache
from harness.steps_cs.groups import judge_unasked


@case("TC_C_41_CS")
async def test_tc_c_41_cs(fake_csms: FakeCSMS) -> None:
    tokens, session = fake_csms.sut.tokens, fake_csms.session()
    # Before
    await use_cache(fake_csms)
    for token in (tokens.valid, tokens.valid2):
        await fake_csms.reach(IdTokenCached(token, group=tokens.group, way="local"))
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized("local", tokens.valid, known=True))
    await fake_csms.run(3, EnergyTransferStarted)
    mark = fake_csms.mark()
    await fake_csms.run(4, StopAuthorized("local", tokens.valid2))
    await fake_csms.run(5, EVConnectedPostSession)
    await fake_csms.run(6, EVDisconnected)
    await fake_csms.run(7, ParkingBayUnoccupied)
    judge_unasked(fake_csms, 4, session, since=mark)
