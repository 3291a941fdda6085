"""TC_E_40_CS: the meter values of an offline period are delivered afterwards."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.delivery import (
    expect_back,
    expect_sampled_queue,
    keep_offline,
    metered_time,
    offline,
    sample_energy,
)


@case("TC_E_40_CS")
async def test_tc_e_40_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await sample_energy(fake_csms)
    await fake_csms.configure({"SampledDataCtrlr.Enabled": "true"}, if_writable=True)
    await keep_offline(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with offline(fake_csms, metered_time(fake_csms)):
        mark = fake_csms.inbox.mark
    await expect_back(fake_csms, 2, since=mark)
    await expect_sampled_queue(fake_csms, 3, session)
