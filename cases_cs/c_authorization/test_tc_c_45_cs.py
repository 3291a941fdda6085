"""TC_C_45_CS: a master pass begins no transaction, and gets no energy."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.states_cs.session import locks_cable
from harness.steps_cs.master_pass import know_master_pass, present_master_pass
from harness.steps_cs.preparations import start_with_driver_alone
from harness.steps_cs.refusals import expect_refused


@case("TC_C_45_CS")
async def test_tc_c_45_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_with_driver_alone(fake_csms)
    await know_master_pass(fake_csms)
    # Main
    mark = fake_csms.mark()
    await present_master_pass(fake_csms, 1)
    await expect_refused(fake_csms, 2, since=mark, requirement="C16.FR.03")
    if not locks_cable(fake_csms):
        await fake_csms.run(3, EVConnectedPreSession)
        await expect_refused(fake_csms, 4, since=mark, requirement="C16.FR.03")
