"""TC_E_31_CSMS: a CSMS that gets the end first asks for the rest and takes it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, offline_for_a_while
from harness.steps_csms.status_asked import status_asked


@case("TC_E_31_CSMS")
async def test_tc_e_31_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    transaction = fake_station.transaction
    # Main
    stopped, idle, ended = await offline_for_a_while(fake_station, 2, events=3)
    connector = (fake_station.evse["id"], fake_station.evse["connectorId"])
    await fake_station.report_connector(3, 4, connector, "Available")
    skipped, gap = transaction.seq_no, fake_station.inbox.mark
    transaction.seq_no += 2
    await fake_station.transaction_event(
        5,
        6,
        "Ended",
        "EVCommunicationLost",
        info={"chargingState": "Idle"},
        offline_at=ended,
    )
    # The page numbers its validation 5, and validates what the CSMS sends in step 7.
    await status_asked(fake_station, 7, transaction.id, "E14.FR.03", since=gap)
    transaction.seq_no = skipped
    await fake_station.transaction_event(
        9,
        10,
        "Updated",
        "StopAuthorized",
        offline_at=stopped,
    )
    await fake_station.transaction_event(
        11,
        12,
        "Updated",
        "ChargingStateChanged",
        info={"chargingState": "EVConnected"},
        offline_at=idle,
    )
