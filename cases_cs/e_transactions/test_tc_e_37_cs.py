"""TC_E_37_CS: a vehicle that is disconnected opens the power path and ends the transaction."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import unplug_ev
from harness.steps_cs.preparations import on_ev_side_disconnect, stop_at


@case("TC_E_37_CS")
async def test_tc_e_37_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = {"EnergyTransfer", "EVConnected", "DataSigned"}
    await stop_at(fake_csms, "PowerPathClosed", without=others)
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
            "stoppedReason": one_of("EVDisconnected", "StoppedByEV"),
        },
        requirement="E06.FR.06, E06.FR.08",
    )
