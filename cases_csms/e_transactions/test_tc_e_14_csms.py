"""TC_E_14_CSMS: a transaction that ends when the cable is taken out is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVConnectedPostSession, EVDisconnected


@case("TC_E_14_CSMS")
async def test_tc_e_14_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Before
    await fake_station.reach(EVConnectedPostSession)
    # Main
    await fake_station.run(1, EVDisconnected)
