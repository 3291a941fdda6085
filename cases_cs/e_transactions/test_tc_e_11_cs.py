"""TC_E_11_CS: a transaction starts with the first signed meter value."""

from harness.case import case
from harness.evidence.matchers import PRESENT, Contains, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized
from harness.states_cs.driver import plug_in
from harness.steps_cs.preparations import start_at

_SIGNED = {
    "context": "Transaction.Begin",
    "signedMeterValue": {
        "signedMeterData": PRESENT,
        "signingMethod": PRESENT,
        "encodingMethod": PRESENT,
        "publicKey": PRESENT,
    },
}


@case("TC_E_11_CS")
async def test_tc_e_11_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_at(fake_csms, "DataSigned")
    await fake_csms.configure({"SampledDataCtrlr.SignReadings": "true"})
    session = await fake_csms.reach(Authorized())
    # Main
    await plug_in(fake_csms, 1, session)
    await fake_csms.expect_transaction_event(
        3,
        session,
        eventType="Started",
        # The first event after the authorization may say so (E02.FR.01, over the page).
        triggerReason=one_of("SignedDataReceived", "Authorized"),
        idToken=fake_csms.driver(session),
        evse=session.evse_json,
        meterValue=Contains({"sampledValue": Contains(_SIGNED)}),
        requirement="E01.FR.04, E01.FR.09, E01.FR.16",
    )
    await fake_csms.expect_transaction_event(
        5,
        session,
        eventType="Updated",
        triggerReason="ChargingStateChanged",
        transactionInfo={"chargingState": "Charging"},
        requirement="E02.FR.13",
    )
