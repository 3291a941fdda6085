"""TC_E_22_CSMS: a transaction that ends when the vehicle takes no energy is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_E_22_CSMS")
async def test_tc_e_22_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "ChargingStateChanged",
        info={"chargingState": "SuspendedEV", "stoppedReason": "StoppedByEV"},
    )
