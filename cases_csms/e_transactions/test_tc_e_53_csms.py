"""TC_E_53_CSMS: each transaction may count its events from 0."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, EVDisconnected


@case("TC_E_53_CSMS")
async def test_tc_e_53_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.run(1, EnergyTransferStarted)
    await fake_station.run(2, EVDisconnected)
    fake_station.next_transaction()
    await fake_station.run(3, EnergyTransferStarted)
    await fake_station.run(4, EVDisconnected)
