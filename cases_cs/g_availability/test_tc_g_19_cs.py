"""TC_G_19_CS: an inoperative connector is Unavailable after a reboot, too."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booting, Unavailable
from harness.states_cs.boot import expect_boot


@case("TC_G_19_CS")
async def test_tc_g_19_cs(fake_csms: FakeCSMS) -> None:
    connector = fake_csms.session().connector_key
    # Before
    await fake_csms.reach(Unavailable(*connector))
    # Main
    await fake_csms.run(1, Booting)
    await expect_boot(fake_csms, 2, 4, 6, connectors={connector: "Unavailable"})
