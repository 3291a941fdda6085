"""TC_E_03_CSMS: a driver who plugs in first and identifies second is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized, EnergyTransferStarted, EVConnectedPreSession


@case("TC_E_03_CSMS")
async def test_tc_e_03_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EVConnectedPreSession)
    # Main
    await fake_station.run(1, Authorized)
    await fake_station.run(2, EnergyTransferStarted)
