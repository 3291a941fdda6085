"""TC_E_07_CSMS: a transaction that the driver ends by opening the power path is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_E_07_CSMS")
async def test_tc_e_07_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    # E07.FR.02 has the station name the token
    await fake_station.transaction_event(
        1,
        2,
        "Ended",
        "StopAuthorized",
        info={"stoppedReason": "Local"},
        payload={"idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
