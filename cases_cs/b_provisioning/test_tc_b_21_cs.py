"""TC_B_21_CS: a reset "when idle" waits for the transaction to end as its driver ends it.

The page's condition of steps 4 to 6 names TxStartPoint; as in TC_B_41_CS, TxStopPoint is meant.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
    expect_boot,
    no_reboot,
)


@case("TC_B_21_CS")
async def test_tc_b_21_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Scheduled", requirement="B12.FR.01")
    await fake_csms.run(3, StopAuthorized())
    await fake_csms.run(4, EVConnectedPostSession, if_running=True)
    await fake_csms.run(5, EVDisconnected, if_running=True)
    await fake_csms.run(6, ParkingBayUnoccupied, if_running=True)
    boot = await expect_boot(
        fake_csms,
        7,
        9,
        11,
        reason="ScheduledReset",
        connectors={session.connector_key: session.connector_status},
        since=session.ended_at,
        requirement="B12.FR.03",
    )
    await no_reboot(fake_csms, 7, since=boot.mark, requirement="B12.FR.03")
