"""TC_E_27_CS: a vehicle that does not come back to a fixed cable in time is deauthorized."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import expect_free, unplug_ev
from harness.steps_cs.no_energy import expect_plug_timeout
from harness.steps_cs.preparations import on_ev_side_disconnect, stop_at, wait_for_plug


@case("TC_E_27_CS")
async def test_tc_e_27_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = {"EnergyTransfer", "PowerPathClosed", "DataSigned", "EVConnected"}
    await stop_at(fake_csms, "Authorized", "ParkingBayOccupancy", without=others)
    await on_ev_side_disconnect(fake_csms, stop="false", unlock="false")
    await wait_for_plug(fake_csms)
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main (erratum 2025-04: nothing is connected again)
    mark = await unplug_ev(fake_csms, session)
    await fake_csms.expect_transaction_event(
        1,
        session,
        since=mark,
        eventType="Updated",
        triggerReason="EVCommunicationLost",
        transactionInfo={"chargingState": "Idle"},
        requirement="E02.FR.13",
    )
    await expect_free(fake_csms, 3, session)
    # The time is the maker's (remark of E10).
    await expect_plug_timeout(fake_csms, 5, session, timed=False)
