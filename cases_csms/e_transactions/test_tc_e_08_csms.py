"""TC_E_08_CSMS: a transaction that ends with the energy is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import StopAuthorized


@case("TC_E_08_CSMS")
async def test_tc_e_08_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(StopAuthorized)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "ChargingStateChanged",
        info={"chargingState": "EVConnected", "stoppedReason": "Local"},
    )
