"""TC_E_02_CS: a transaction starts when energy flows, not before."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized
from harness.states_cs.driver import plug_in
from harness.steps_cs.preparations import start_at


@case("TC_E_02_CS")
async def test_tc_e_02_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_at(fake_csms, "EnergyTransfer")
    session = await fake_csms.reach(Authorized())
    # Main
    await plug_in(fake_csms, 1, session)
    await fake_csms.expect_transaction_event(
        3,
        session,
        eventType="Started",
        triggerReason=one_of("ChargingStateChanged", "Authorized"),
        idToken=fake_csms.driver(session),
        evse=session.evse_json,
        transactionInfo={"chargingState": "Charging"},
        requirement="E01.FR.06, E01.FR.16",
    )
