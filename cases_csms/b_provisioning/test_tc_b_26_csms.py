"""TC_B_26_CSMS: a CSMS has a charging EVSE reset when its transaction is over."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_B_26_CSMS")
async def test_tc_b_26_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    evse = fake_station.sut.configured.evse_id
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="OnIdle",
        evseId=evse,
        answer={"status": "Scheduled"},
        requirement="B12.FR.07",
    )
    await fake_station.transaction_event(
        3,
        4,
        "Updated",
        "StopAuthorized",
        info={"chargingState": "EVConnected"},
        payload={"idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
    await fake_station.transaction_event(
        5,
        6,
        "Ended",
        "EVCommunicationLost",
        info={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
    )
