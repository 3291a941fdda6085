"""TC_E_09_CSMS: a transaction that starts with the cable is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import occupied, plugged_in


@case("TC_E_09_CSMS")
async def test_tc_e_09_csms(fake_station: FakeStation) -> None:
    # Main
    await occupied(fake_station, 1, 2)
    await plugged_in(fake_station, 3, 4, "Started")
