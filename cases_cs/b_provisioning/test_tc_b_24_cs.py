"""TC_B_24_CS: a reservation survives a reset (immediate since erratum 2025-02)."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Reserved, boot_notification


@case("TC_B_24_CS")
async def test_tc_b_24_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(Reserved)
    # Main
    reset = await fake_csms.send(1, "Reset", type="Immediate")
    await reset.response(2, status="Accepted", requirement="B11.FR.01")
    boot = await boot_notification(
        fake_csms, 3, reason="RemoteReset", requirement="B01.FR.03, B01.FR.09"
    )
    states = {
        connector: "Reserved" if connector[0] == session.evse else "Available"
        for connector in fake_csms.sut.connectors
    }
    await fake_csms.expect_connectors(
        5, states, since=boot.mark, requirement="B11.FR.05, B01.FR.13"
    )
