"""TC_E_16_CS: a transaction begun offline ends when the CSMS does not accept its idToken."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import StartOfflineTransaction
from harness.states_cs.tokens import authorize_offline
from harness.steps_cs.delivery import claim_queue, refuse_token, wait_for_end
from harness.steps_cs.energy_flow import expect_no_more_energy
from harness.steps_cs.offline import expect_told_once_back
from harness.steps_cs.preparations import ask_csms, stop_at


@case("TC_E_16_CS")
async def test_tc_e_16_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = {"EnergyTransfer", "DataSigned"}
    await stop_at(fake_csms, "Authorized", "PowerPathClosed", without=others)
    await ask_csms(fake_csms)
    await fake_csms.configure({"TxCtrlr.StopTxOnInvalidId": "true"})
    await authorize_offline(fake_csms)
    refuse_token(fake_csms)
    mark = fake_csms.mark()
    session = await fake_csms.reach(StartOfflineTransaction)
    # Main
    await fake_csms.expect_transaction_event(
        1, session, eventType="Started", offline=True, requirement="E04.FR.01-03"
    )
    await wait_for_end(fake_csms, session)
    await fake_csms.expect_transaction_event(
        3,
        session,
        within=0,
        eventType="Ended",
        triggerReason="Deauthorized",
        transactionInfo={"stoppedReason": "DeAuthorized"},
        requirement="E05.FR.10, E06.FR.04, E06.FR.06",
    )
    claim_queue(fake_csms, 1, session)
    await expect_told_once_back(fake_csms, 1, session, "Occupied", since=mark)
    await expect_no_more_energy(fake_csms, 3, session, "E05.FR.10")
