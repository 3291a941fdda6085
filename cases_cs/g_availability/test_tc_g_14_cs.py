"""TC_G_14_CS: a station that is charging becomes inoperative when its transaction has ended."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
)
from harness.steps_cs.availability import (
    expect_closed_meanwhile,
    expect_no_service,
    expect_nothing_else,
    run_until_carried_out,
    schedule_inoperative,
)
from harness.steps_cs.energy_flow import tell_energy


@case("TC_G_14_CS")
async def test_tc_g_14_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main: steps 3 and 4 are no duty, idle EVSEs may wait as well (G04.FR.06)
    mark = await schedule_inoperative(fake_csms, 1, 2, session)
    await expect_closed_meanwhile(fake_csms, 3, session, mark)
    places = fake_csms.sut.connectors
    for steps, state in (
        ((5, 6), StopAuthorized()),
        ((8, 9), EVConnectedPostSession),
        ((11, 12), EVDisconnected),
        ((14, 15), ParkingBayUnoccupied),
    ):
        await run_until_carried_out(fake_csms, steps, state, session, places, since=mark)
    await expect_nothing_else(fake_csms, 14, session, places, since=mark)
    if session.ended:
        await expect_no_service(fake_csms, "post", *fake_csms.sut.evses)
