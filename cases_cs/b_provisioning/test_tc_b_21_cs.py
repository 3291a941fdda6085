"""TC_B_21_CS: a reset "when idle" waits for the transaction to end as its driver ends it.

The page's condition of steps 4 to 6 names TxStartPoint; as in TC_B_41_CS, TxStopPoint is meant.
"""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
    boot_notification,
)


@case("TC_B_21_CS")
async def test_tc_b_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Scheduled", requirement="B12.FR.01")
    await fake_csms.run(3, StopAuthorized)
    for step, state in (
        (4, EVConnectedPostSession),
        (5, EVDisconnected),
        (6, ParkingBayUnoccupied),
    ):
        if session.running:
            await fake_csms.run(step, state)
    boot = await boot_notification(
        fake_csms,
        7,
        since=session.ended_at,
        reason="ScheduledReset",
        requirement="B12.FR.03, B01.FR.09",
    )
    connector = (session.evse, session.connector)
    states = dict.fromkeys(fake_csms.sut.connectors, "Available")
    states[connector] = "Occupied" if session.plugged else "Available"
    await fake_csms.expect_connectors(9, states, since=boot.mark, requirement="B01.FR.05")
    await fake_csms.expect(
        11,
        "SecurityEventNotification",
        since=boot.mark,
        prefer_match=True,
        type=one_of("StartupOfTheDevice", "ResetOrReboot"),
    )
