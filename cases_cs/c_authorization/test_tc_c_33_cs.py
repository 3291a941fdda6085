"""TC_C_33_CS: a driver whom the CSMS accepted is let in the next time without being asked about."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    Deauthorized,
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayOccupied,
    ParkingBayUnoccupied,
    StopAuthorized,
)
from harness.steps_cs.cache import plug_in_first, plug_in_where_possible, use_cache
from harness.steps_cs.refusals import turn_out_refused


@case("TC_C_33_CS")
async def test_tc_c_33_cs(fake_csms: FakeCSMS) -> None:
    token, session = fake_csms.sut.tokens.valid, fake_csms.session()
    # Before
    way = await use_cache(fake_csms)
    await turn_out_refused(fake_csms)
    await plug_in_first(fake_csms)
    # Main
    await fake_csms.run(1, Authorized(way, token))
    await fake_csms.run(2, EnergyTransferStarted)
    await fake_csms.run(3, StopAuthorized(way))
    await fake_csms.run(3, EVConnectedPostSession)
    await fake_csms.run(4, EVDisconnected)
    await fake_csms.run(5, ParkingBayUnoccupied)
    session.begin_anew()
    await fake_csms.run(6, ParkingBayOccupied)
    await plug_in_where_possible(fake_csms, 7)
    fake_csms.says_of(token, "Invalid")
    await fake_csms.run(8, Authorized(way, token, known=True))
    await fake_csms.run(9, Deauthorized)
