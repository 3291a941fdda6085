"""TC_E_22_CS: a transaction ends when the vehicle stops taking energy."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.driver import suspend
from harness.states_cs.stop import charge_a_while
from harness.steps_cs.preparations import stop_at


@case("TC_E_22_CS")
async def test_tc_e_22_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EnergyTransfer")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main (erratum 2025-02: it ends, whichever charging state is told)
    await charge_a_while(fake_csms, session)
    mark = await suspend(fake_csms, session)
    await fake_csms.expect_transaction_event(
        1,
        session,
        since=mark,
        eventType="Ended",
        triggerReason="ChargingStateChanged",
        transactionInfo={
            "chargingState": one_of("EVConnected", "SuspendedEV"),
            "stoppedReason": "StoppedByEV",
        },
        requirement="E06.FR.07, E06.FR.08",
    )
