"""TC_B_01_CSMS: a registered station that boots is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Booted


@case("TC_B_01_CSMS", booted=False)
async def test_tc_b_01_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, Booted)
