"""TC_E_19_CSMS: a transaction that ends when the vehicle leaves the parking bay is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVDisconnected


@case("TC_E_19_CSMS")
async def test_tc_e_19_csms(fake_station: FakeStation) -> None:
    # Before
    # The state ends the transaction by its page; here that is left to step 1 (E06.FR.01).
    fake_station.transaction.stop_point = "ParkingBayOccupancy"
    await fake_station.reach(EVDisconnected)
    # Main
    await fake_station.transaction_event(
        1, 2, "Ended", "EVDeparted", info={"stoppedReason": "Local"}
    )
