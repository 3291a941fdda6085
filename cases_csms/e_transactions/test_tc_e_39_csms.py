"""TC_E_39_CSMS: a transaction that ends because nobody plugged in is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized, nobody_plugs_in


@case("TC_E_39_CSMS")
async def test_tc_e_39_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(Authorized)
    # Main
    await nobody_plugs_in(fake_station)
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "EVConnectTimeout",
        info={"stoppedReason": "Timeout"},
    )
