"""TC_G_03_CS: an EVSE is made inoperative, and all its connectors are Unavailable."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Unavailable


@case("TC_G_03_CS")
async def test_tc_g_03_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.run(1, Unavailable(fake_csms.sut.configured.evse_id))
