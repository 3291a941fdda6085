"""TC_E_39_CSMS: a transaction that ends because nobody plugged in is taken."""

import asyncio

from harness.case import case
from harness.fake_station import FakeStation
from harness.states_csms import Authorized


@case("TC_E_39_CSMS")
async def test_tc_e_39_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(Authorized)
    # Main
    # The page waits until nobody has plugged in for so long.
    await asyncio.sleep(fake_station.sut.configured.ev_connection_time_out)
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "EVConnectTimeout",
        info={"stoppedReason": "Timeout"},
    )
