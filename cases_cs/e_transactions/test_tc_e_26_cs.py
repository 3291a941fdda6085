"""TC_E_26_CS: a vehicle that is disconnected for a while goes on charging afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import (
    connect_again,
    expect_cable_kept,
    expect_cable_told,
    expect_free,
    unplug_ev,
)
from harness.steps_cs.preparations import on_ev_side_disconnect, stop_at


@case("TC_E_26_CS")
async def test_tc_e_26_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = {"EnergyTransfer", "PowerPathClosed", "DataSigned", "EVConnected"}
    await stop_at(fake_csms, "Authorized", "ParkingBayOccupancy", without=others)
    await on_ev_side_disconnect(fake_csms, stop="false", unlock="false")
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main
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
    await expect_cable_kept(fake_csms, 1, session, "E10.FR.01")
    if "HFS-1" not in fake_csms.sut.features:
        await expect_free(fake_csms, 3, session)
    mark = await connect_again(fake_csms, session)
    await expect_cable_told(fake_csms, 5, session, since=mark)
    if session.charging_state != "Charging":
        await fake_csms.expect_transaction_event(
            7,
            session,
            since=mark,
            eventType="Updated",
            triggerReason="ChargingStateChanged",
            transactionInfo={"chargingState": "Charging"},
            requirement="E02.FR.13, E02.FR.17",
        )
