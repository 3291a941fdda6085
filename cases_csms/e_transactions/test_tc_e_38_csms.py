"""TC_E_38_CSMS: a vehicle that is not ready for energy is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Authorized, EVConnectedPreSession


@case("TC_E_38_CSMS")
async def test_tc_e_38_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Before
    await fake_station.reach(Authorized)
    # Main
    await fake_station.run(1, EVConnectedPreSession)
    await fake_station.transaction_event(
        2, 3, "Updated", "ChargingStateChanged", info={"chargingState": "SuspendedEV"}
    )
