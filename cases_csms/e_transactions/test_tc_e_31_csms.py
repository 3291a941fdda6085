"""TC_E_31_CSMS: a CSMS that gets the end first asks for the rest and takes it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.offline import go_offline
from harness.steps_csms.transaction_status import expect_status_request


@case("TC_E_31_CSMS")
async def test_tc_e_31_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    transaction = fake_station.transaction
    # Main
    offline = await go_offline(fake_station, 1, 2, events=3)
    stopped, idle, ended = offline.moments
    await fake_station.report_connector(3, 4, "Available")
    skipped, gap = transaction.seq_no, fake_station.mark()
    transaction.seq_no += 2
    await fake_station.transaction_event(
        5, 6, "Ended", "EVCommunicationLost", info={"chargingState": "Idle"}, offline_at=ended
    )
    # The page numbers its validation 5, and validates what the CSMS sends in step 7.
    await expect_status_request(
        fake_station, 7, 8, transaction=transaction.id, since=gap, requirement="E14.FR.03"
    )
    transaction.seq_no = skipped
    # E07.FR.02 has the station name the token
    await fake_station.transaction_event(
        9,
        10,
        "Updated",
        "StopAuthorized",
        payload={"idToken": fake_station.id_token},
        offline_at=stopped,
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.11, E01.FR.12",
    )
    await fake_station.transaction_event(
        11,
        12,
        "Updated",
        "ChargingStateChanged",
        info={"chargingState": "EVConnected"},
        offline_at=idle,
    )
