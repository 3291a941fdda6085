"""TC_E_20_CSMS: a transaction that ends with a vehicle suspended before is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferSuspended, EVDisconnected


@case("TC_E_20_CSMS")
async def test_tc_e_20_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferSuspended)
    # Main
    # From there, as E10 has it: the preparations of the state would stop by token (TC_E_14_CSMS).
    await fake_station.run(1, EVDisconnected)
