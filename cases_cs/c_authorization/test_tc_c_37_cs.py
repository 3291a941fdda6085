"""TC_C_37_CS: a cleared cache knows nobody: the CSMS is asked about a driver who was in it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, IdTokenCached, ParkingBayOccupied
from harness.steps_cs.cache import plug_in_where_possible, use_cache
from harness.steps_cs.local_list import expect_still_listed, list_somebody
from harness.steps_cs.refusals import present


@case("TC_C_37_CS")
async def test_tc_c_37_cs(fake_csms: FakeCSMS) -> None:
    token, other = fake_csms.sut.tokens.valid, fake_csms.sut.tokens.valid2
    # Before
    way = await use_cache(fake_csms)
    await list_somebody(fake_csms)
    await fake_csms.reach(IdTokenCached(other, way=way))
    await fake_csms.reach(IdTokenCached(token, way=way))
    # Main
    clear = await fake_csms.send(1, "ClearCache")
    await clear.response(2, status="Accepted", requirement="C11.FR.03")
    await expect_still_listed(fake_csms, 2, "C11.FR.01")
    await fake_csms.run(3, ParkingBayOccupied)
    await plug_in_where_possible(fake_csms, 4)
    await fake_csms.run(5, Authorized(way, token))
    await fake_csms.run(6, EnergyTransferStarted)
    # No post scenario on the page: all are cleared (C11.FR.01); who is refused may be anybody
    if way == "local":
        fake_csms.says_of(other, "Invalid")
        await present(fake_csms, "post", other)
