"""TC_E_01_CSMS: a transaction that starts when the power path closes is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import charging, identified, occupied, started_late


@case("TC_E_01_CSMS")
async def test_tc_e_01_csms(fake_station: FakeStation) -> None:
    # Main
    await identified(fake_station, 1, 2)
    await occupied(fake_station, 3, 4)
    await started_late(fake_station, 5, 6, "ChargingStateChanged", chargingState="SuspendedEVSE")
    await charging(fake_station, 7, 8)
