"""TC_E_07_CSMS: a transaction that the driver ends by opening the power path is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, stopped_by_token


@case("TC_E_07_CSMS")
async def test_tc_e_07_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await stopped_by_token(fake_station, 1, 2)
