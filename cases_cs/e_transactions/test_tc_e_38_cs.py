"""TC_E_38_CS: a vehicle that takes no energy yet suspends the transaction."""

from harness.case import case
from harness.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EVConnectedPreSession


@case("TC_E_38_CS")
async def test_tc_e_38_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(Authorized)
    # Main
    session.suspended = True
    await fake_csms.hands.ev_suspend(session.evse)
    await fake_csms.run(1, EVConnectedPreSession)
    if session.charging_state == "SuspendedEV":
        return  # The event of step 1 has told it already (chargingState of EVConnectedPreSession).
    await fake_csms.expect_transaction_event(
        2,
        session,
        eventType="Updated" if session.running else "Started",
        triggerReason="ChargingStateChanged",
        transactionInfo={"chargingState": "SuspendedEV"},
        requirement="E01.FR.18, E02.FR.13",
    )
