"""TC_E_21_CSMS: a CSMS stops a transaction by its id."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.stopping import note_stop_of_its_own


@case("TC_E_21_CSMS")
async def test_tc_e_21_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main: on demand
    await note_stop_of_its_own(fake_station, 1)
    await fake_station.requested(
        1,
        2,
        "RequestStopTransaction",
        transactionId=fake_station.transaction.id,
        answer={"status": "Accepted"},
        requirement="F03.FR.01",
    )
    await fake_station.transaction_event(
        3, 4, "Ended", "RemoteStop", info={"stoppedReason": "Remote"}
    )
