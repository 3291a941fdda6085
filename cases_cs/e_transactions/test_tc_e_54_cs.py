"""TC_E_54_CS: a transaction ends when a vehicle that talks to the station is disconnected."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import unplug_ev
from harness.steps_cs.preparations import on_ev_side_disconnect, stop_at


@case("TC_E_54_CS")
async def test_tc_e_54_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EVConnected", without={"EnergyTransfer", "PowerPathClosed"})
    await on_ev_side_disconnect(fake_csms, stop="false")
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main
    mark = await unplug_ev(fake_csms, session)
    await fake_csms.expect_transaction_event(
        1,
        session,
        since=mark,
        eventType="Ended",
        triggerReason="EVCommunicationLost",
        transactionInfo={
            "chargingState": "Idle",
            "stoppedReason": one_of("StoppedByEV", "EVDisconnected"),
        },
        requirement="E06.FR.02, E06.FR.08",
    )
