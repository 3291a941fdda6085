"""TC_J_09_CS: samples of a transaction are told at their interval."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.sampled_values import expect_samples, sample


@case("TC_J_09_CS")
async def test_tc_j_09_cs(fake_csms: FakeCSMS) -> None:
    # Before
    interval = await sample(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await expect_samples(fake_csms, 1, session, interval)
