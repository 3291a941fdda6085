"""TC_E_20_CS: a transaction ends when the vehicle is disconnected, suspended before."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.states_cs.stop import expect_transaction_continues
from harness.steps_cs.ev_side import unplug_ev
from harness.steps_cs.preparations import on_ev_side_disconnect, stop_at


@case("TC_E_20_CS")
async def test_tc_e_20_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EVConnected", without={"EnergyTransfer", "PowerPathClosed"})
    await on_ev_side_disconnect(fake_csms, stop="false")
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main
    await expect_transaction_continues(fake_csms, 1, session, "E06.FR.02")
    mark = await unplug_ev(fake_csms, session)
    await fake_csms.expect_transaction_event(
        1,
        session,
        since=mark,
        eventType="Ended",
        triggerReason="EVCommunicationLost",
        transactionInfo={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
        requirement="E06.FR.02, E06.FR.08",
    )
