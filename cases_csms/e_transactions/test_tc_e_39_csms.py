"""TC_E_39_CSMS: a transaction that ends because nobody plugged in is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized
from harness.steps_csms.waiting import wait_for_ev_connection_timeout


@case("TC_E_39_CSMS")
async def test_tc_e_39_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(Authorized)
    # Main
    await wait_for_ev_connection_timeout(fake_station, 1)
    await fake_station.transaction_event(
        1, 2, "Ended", "EVConnectTimeout", info={"stoppedReason": "Timeout"}
    )
