"""TC_B_24_CS: a reservation survives a reset (immediate since erratum 2025-02)."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Reserved, expect_boot


@case("TC_B_24_CS")
async def test_tc_b_24_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(Reserved)
    # Main
    reset = await fake_csms.send(1, "Reset", type="Immediate")
    await reset.response(2, status="Accepted", requirement="B11.FR.01")
    reserved = dict.fromkeys(fake_csms.sut.connectors_of(session.evse), "Reserved")
    await expect_boot(fake_csms, 3, 5, reason="RemoteReset", connectors=reserved)
