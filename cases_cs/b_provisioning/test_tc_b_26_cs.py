"""TC_B_26_CS: the reset of a charging EVSE waits for its transaction to end."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
    no_reboot,
)


@case("TC_B_26_CS")
async def test_tc_b_26_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(EnergyTransferStarted)
    # Main
    mark = fake_csms.mark()
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Scheduled", requirement="B12.FR.01")
    await fake_csms.run(3, StopAuthorized())
    await fake_csms.run(4, EVConnectedPostSession)
    await fake_csms.run(5, EVDisconnected)
    await fake_csms.run(6, ParkingBayUnoccupied)
    await no_reboot(fake_csms, 6, since=mark, requirement="B12.FR.01")
