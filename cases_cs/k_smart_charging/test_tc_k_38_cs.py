"""TC_K_38_CS: a station without smart charging ignores the profile of a remote start."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.energy_flow import tell_energy
from harness.steps_cs.remote_starts import expect_unlimited, start_with_profile


@case("TC_K_38_CS")
async def test_tc_k_38_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await tell_energy(fake_csms)
    await plug_in_first(fake_csms)
    # Main: 1 to 6, as without the profile (F01.FR.12)
    await start_with_profile(fake_csms, fake_csms.session())
    session = await fake_csms.run(7, EnergyTransferStarted)
    await expect_unlimited(fake_csms, 7, session)
