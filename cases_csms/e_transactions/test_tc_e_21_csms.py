"""TC_E_21_CSMS: a CSMS stops a transaction by its id."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted


@case("TC_E_21_CSMS")
async def test_tc_e_21_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main: on demand, not by itself
    await fake_station.silence(
        1,
        "RequestStopTransaction",
        what="RequestStopTransactionRequest before it is asked for",
        since=0,
        requirement="F03.FR.01",
    )
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
