"""TC_B_23_CS: a connector that was set inoperative still is after a reset."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable, boot_notification


@case("TC_B_23_CS")
async def test_tc_b_23_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(Unavailable)
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Accepted", requirement="B11.FR.01")
    boot = await boot_notification(
        fake_csms, 3, reason="RemoteReset", requirement="B01.FR.03, B01.FR.09"
    )
    states = dict.fromkeys(fake_csms.sut.connectors, "Available")
    states[session.evse, session.connector] = "Unavailable"
    await fake_csms.expect_connectors(
        5, states, since=boot.mark, requirement="B11.FR.02, B01.FR.07"
    )
