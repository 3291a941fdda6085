"""TC_F_04_CS: a driver whom the CSMS starts, and who does not plug in, can be started again."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized
from harness.steps_cs.no_energy import expect_plug_timeout
from harness.steps_cs.preparations import ask_csms, wait_for_plug
from harness.steps_cs.remote_starts import start_before_plug


@case("TC_F_04_CS")
async def test_tc_f_04_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await wait_for_plug(fake_csms)
    await ask_csms(fake_csms)
    await start_before_plug(fake_csms)
    session = await fake_csms.reach(Authorized("remote"))
    # Main
    await expect_plug_timeout(fake_csms, 1, session)
    await fake_csms.run(3, Authorized("remote"))
