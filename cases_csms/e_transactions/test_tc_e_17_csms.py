"""TC_E_17_CSMS: a transaction that ends when the cable leaves the vehicle is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferSuspended


@case("TC_E_17_CSMS")
async def test_tc_e_17_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferSuspended)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "EVCommunicationLost",
        info={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
    )
