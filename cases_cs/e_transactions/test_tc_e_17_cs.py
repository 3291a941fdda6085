"""TC_E_17_CS: a cable that leaves the vehicle ends authorization and transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import expect_cable_kept, expect_free, take_cable, unplug_ev
from harness.steps_cs.preparations import ask_csms, on_ev_side_disconnect, stop_at


@case("TC_E_17_CS")
async def test_tc_e_17_cs(fake_csms: FakeCSMS) -> None:
    # Before (errata 2024-09, 2025-04)
    others = {"EVConnected", "PowerPathClosed", "EnergyTransfer", "DataSigned"}
    await stop_at(fake_csms, "Authorized", without=others)
    await on_ev_side_disconnect(fake_csms, stop="true", unlock="false")
    await ask_csms(fake_csms)
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main
    mark = await unplug_ev(fake_csms, session)
    await fake_csms.expect_transaction_event(
        1,
        session,
        since=mark,
        eventType="Ended",
        triggerReason="EVCommunicationLost",
        transactionInfo={"chargingState": "Idle", "stoppedReason": "EVDisconnected"},
        requirement="E09.FR.01, E06.FR.08",
    )
    await expect_cable_kept(fake_csms, 1, session, "E09.FR.03")
    presented = await take_cable(fake_csms, session, locked=True)
    await expect_free(fake_csms, 3, session, presented=presented)
