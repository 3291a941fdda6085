"""TC_E_14_CS: a transaction ends when the cable is taken out of the station."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPostSession
from harness.states_cs.driver import unplug
from harness.states_cs.session_events import expect_end
from harness.states_cs.stop import expect_transaction_continues
from harness.steps_cs.preparations import stop_at

_OTHERS = {"EnergyTransfer", "PowerPathClosed", "DataSigned", "Authorized"}


@case("TC_E_14_CS")
async def test_tc_e_14_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "EVConnected", without=_OTHERS)
    session = await fake_csms.reach(EVConnectedPostSession)
    # Main (erratum 2025-06: what the end may give as its reason)
    await expect_transaction_continues(fake_csms, 1, session, "E06.FR.02")
    mark = await unplug(fake_csms, 1, session)
    await expect_end(
        fake_csms,
        3,
        session,
        since=mark,
        triggerReason="EVCommunicationLost",
        transactionInfo={"chargingState": "Idle"},
    )
