"""TC_B_01_CS: a station that is switched on introduces itself and tells its connectors' states."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booted


@case("TC_B_01_CS")
async def test_tc_b_01_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.run(1, Booted)
