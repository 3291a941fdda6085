"""TC_G_01_CS: a cable that is plugged in makes its connector Occupied."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession


@case("TC_G_01_CS")
async def test_tc_g_01_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.run(1, EVConnectedPreSession)
