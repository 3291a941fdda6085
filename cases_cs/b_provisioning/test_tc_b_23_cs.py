"""TC_B_23_CS: a connector that was set inoperative still is after a reset."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable, expect_boot


@case("TC_B_23_CS")
async def test_tc_b_23_cs(fake_csms: FakeCSMS) -> None:
    connector = fake_csms.session().connector_key
    # Before
    await fake_csms.reach(Unavailable(*connector))
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Accepted", requirement="B11.FR.01")
    unavailable = {connector: "Unavailable"}
    await expect_boot(fake_csms, 3, 5, reason="RemoteReset", connectors=unavailable)
