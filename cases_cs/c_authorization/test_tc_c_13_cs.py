"""TC_C_13_CS: a driver whom the cache knows as accepted identifies first and plugs in then."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPreSession,
    IdTokenCached,
    ParkingBayOccupied,
)
from harness.steps_cs.cache import use_cache
from harness.steps_cs.preparations import wait_for_plug


@case("TC_C_13_CS")
async def test_tc_c_13_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    way = await use_cache(fake_csms)
    await wait_for_plug(fake_csms)
    await fake_csms.reach(IdTokenCached(token, way=way))
    await fake_csms.reach(ParkingBayOccupied)
    # Main
    await fake_csms.run(1, Authorized(way, token, known=True))
    await fake_csms.run(2, EVConnectedPreSession)
    await fake_csms.run(3, EnergyTransferStarted)
