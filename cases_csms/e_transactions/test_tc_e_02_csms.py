"""TC_E_02_CSMS: a transaction that starts when energy flows is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import identified, occupied, started_late


@case("TC_E_02_CSMS")
async def test_tc_e_02_csms(fake_station: FakeStation) -> None:
    # Main
    await identified(fake_station, 1, 2)
    await occupied(fake_station, 3, 4)
    await started_late(fake_station, 5, 6, "ChargingStateChanged", chargingState="Charging")
