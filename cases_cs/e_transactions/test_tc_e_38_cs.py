"""TC_E_38_CS: a vehicle that takes no energy yet suspends the transaction."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EVConnectedPreSession
from harness.states_cs.driver import suspend
from harness.steps_cs.no_energy import expect_signed_start, judge_never_charged


@case("TC_E_38_CS")
async def test_tc_e_38_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(Authorized())
    # Main
    await suspend(fake_csms, session)
    await fake_csms.run(1, EVConnectedPreSession)
    await expect_signed_start(fake_csms, 2, session)
    # The event of step 1 may have told it already (chargingState of EVConnectedPreSession).
    if session.charging_state != "SuspendedEV":
        await fake_csms.expect_transaction_event(
            2,
            session,
            eventType="Updated" if session.running else "Started",
            triggerReason="ChargingStateChanged",
            transactionInfo={"chargingState": "SuspendedEV"},
            requirement="E01.FR.18, E02.FR.13",
        )
    judge_never_charged(fake_csms, 2, session)
