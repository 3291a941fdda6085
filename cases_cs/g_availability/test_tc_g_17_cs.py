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
from harness.steps_cs.availability import expect_carried_out, schedule_inoperative


@case("TC_G_17_CS")
async def test_tc_g_17_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    mark = await schedule_inoperative(fake_csms, 1, 2, session, *session.connector_key)
    for step, report, state in (
        (3, 4, StopAuthorized()),
        (6, 7, EVConnectedPostSession),
        (9, 10, EVDisconnected),
        (12, 13, ParkingBayUnoccupied),
    ):
        ended = session.ended
        await fake_csms.run(step, state)
        if not ended:
            places = [session.connector_key]
            await expect_carried_out(fake_csms, report, session, places, since=mark)
