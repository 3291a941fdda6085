"""TC_C_26_CS: a driver unknown to all charges offline, and gets nothing once he is refused."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import (
    EVConnectedPostSession,
    EVDisconnected,
    StartOfflineTransaction,
    StopAuthorized,
)
from harness.steps_cs.delivery import claim_queue
from harness.steps_cs.offline_start import (
    admit_unknown,
    begun_offline,
    expect_charged_offline,
    expect_occupied,
)
from harness.steps_cs.refusals import ask_about_everybody
from harness.steps_cs.refused_energy import expect_suspended, keep_refused


@case("TC_C_26_CS")
async def test_tc_c_26_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.valid
    # Before
    await admit_unknown(fake_csms)
    await ask_about_everybody(fake_csms)
    await keep_refused(fake_csms, 0)
    fake_csms.says_of(token, "Invalid")
    mark = fake_csms.mark()
    session = await fake_csms.reach(StartOfflineTransaction)
    begun_offline(session, token, mark)
    # Main
    await expect_occupied(fake_csms, 1, session, since=mark)
    await expect_charged_offline(fake_csms, 1, session, since=mark)
    claim_queue(fake_csms, 1, session)
    await expect_suspended(fake_csms, 1, session)
    fake_csms.says_of(token)
    await fake_csms.run(3, StopAuthorized("local"), if_running=True)
    await fake_csms.run(4, EVConnectedPostSession)
    await fake_csms.run(5, EVDisconnected)
