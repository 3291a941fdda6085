"""TC_B_21_CSMS: a CSMS has a charging station reset when its transaction is over."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_B_21_CSMS")
async def test_tc_b_21_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    # Erratum 2024-09: no evseId
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="OnIdle",
        evseId=ABSENT,
        answer={"status": "Scheduled"},
        requirement="B12.FR.01",
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
    await fake_station.reconnect(7)
    await fake_station.boot(7, 8, reason="ScheduledReset", status="Accepted")
    await fake_station.report_connectors(9, 10, "Available")
