"""TC_E_04_CSMS: a driver who identifies first and plugs in second is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized, EnergyTransferStarted


@case("TC_E_04_CSMS")
async def test_tc_e_04_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, Authorized)
    await fake_station.run(2, EnergyTransferStarted)
