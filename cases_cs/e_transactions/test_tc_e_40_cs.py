"""TC_E_40_CS: the meter values of an offline period are delivered afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.offline import come_back, go_offline, metered_time
from harness.steps_cs.delivery import expect_sampled_queue, keep_offline, sample_energy


@case("TC_E_40_CS")
async def test_tc_e_40_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await sample_energy(fake_csms)
    await fake_csms.configure({"SampledDataCtrlr.Enabled": "true"}, if_writable=True)
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    lost = await go_offline(fake_csms, 1)
    await come_back(fake_csms, 2, lost, after=metered_time(fake_csms))
    await expect_sampled_queue(fake_csms, 3, session)
