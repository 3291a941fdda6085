"""TC_E_26_CSMS: a vehicle that is disconnected for a while is followed."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferSuspended


@case("TC_E_26_CSMS")
async def test_tc_e_26_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Before
    await fake_station.reach(EnergyTransferSuspended)
    # Main
    await fake_station.transaction_event(
        1, 2, "Updated", "EVCommunicationLost", info={"chargingState": "Idle"}
    )
    await fake_station.report_connector(3, 4, "Available")
    # Not on the page, but a station has to say so (E02.FR.05).
    await fake_station.report_connector(5, 6, "Occupied")
    await fake_station.transaction_event(
        5, 6, "Updated", "CablePluggedIn", info={"chargingState": "EVConnected"}
    )
    await fake_station.transaction_event(
        7, 8, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )
