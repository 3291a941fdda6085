"""TC_G_17_CS: a connector that is charging becomes inoperative when its transaction has ended."""

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
    expect_nothing_else,
    run_until_carried_out,
    schedule_inoperative,
)
from harness.steps_cs.energy_flow import tell_energy


@case("TC_G_17_CS")
async def test_tc_g_17_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    mark = await schedule_inoperative(fake_csms, 1, 2, session, *session.connector_key)
    places = [session.connector_key]
    for steps, state in (
        ((3, 4), StopAuthorized()),
        ((6, 7), EVConnectedPostSession),
        ((9, 10), EVDisconnected),
        ((12, 13), ParkingBayUnoccupied),
    ):
        await run_until_carried_out(fake_csms, steps, state, session, places, since=mark)
    await expect_nothing_else(fake_csms, 12, session, places, since=mark)
