"""TC_J_08_CS: meter values of the begin are told as soon as the EVSE is known."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.remote_starts import start_before_plug
from harness.steps_cs.sampled_values import judge_begin, tell_begin


@case("TC_J_08_CS")
async def test_tc_j_08_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await start_before_plug(fake_csms)
    await tell_begin(fake_csms)
    # Main: the driver identifies first, and plugs in then
    session = await fake_csms.run(1, EnergyTransferStarted)
    judge_begin(fake_csms, 1, session)
