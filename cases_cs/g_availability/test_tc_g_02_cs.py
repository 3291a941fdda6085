"""TC_G_02_CS: a cable that is taken out leaves its connector Available."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.states_cs.driver import unplug
from harness.steps_cs.ev_side import expect_ev_lost


@case("TC_G_02_CS")
async def test_tc_g_02_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EVConnectedPreSession)
    # Main
    mark = await unplug(fake_csms, 3, session)
    if session.running:
        await expect_ev_lost(fake_csms, 3, session, since=mark)
