"""TC_B_41_CS: a reset "when idle" waits until the transactions of both EVSEs have ended."""

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


@case("TC_B_41_CS")
async def test_tc_b_41_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await fake_csms.reach(EnergyTransferStarted.on(1))
    # The same token would end the first transaction where one reader serves both (E07.FR.01).
    fake_csms.session(2).token = fake_csms.sut.tokens.valid2
    last = await fake_csms.reach(EnergyTransferStarted.on(2))
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle")
    await reset.response(2, status="Scheduled", requirement="B12.FR.01")
    await fake_csms.run(3, StopAuthorized().on(1))
    await fake_csms.run(4, EVConnectedPostSession.on(1))
    await fake_csms.run(5, EVDisconnected.on(1))
    await fake_csms.run(6, ParkingBayUnoccupied.on(1))
    await fake_csms.run(7, StopAuthorized().on(2))
    await fake_csms.run(8, EVConnectedPostSession.on(2), if_running=True)
    await fake_csms.run(9, EVDisconnected.on(2), if_running=True)
    await fake_csms.run(10, ParkingBayUnoccupied.on(2), if_running=True)
    boot = await expect_boot(
        fake_csms,
        11,
        13,
        reason="ScheduledReset",
        connectors={last.connector_key: last.connector_status},
        since=last.ended_at,
        requirement="B12.FR.03",
    )
    await no_reboot(fake_csms, 11, since=boot.mark, requirement="B12.FR.03")
