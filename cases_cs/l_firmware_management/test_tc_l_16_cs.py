"""TC_L_16_CS: an update disturbs nobody who charges."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.energy_flow import tell_energy, watch_energy
from harness.steps_cs.updates import certified, expect_downloaded, offered, start_update
from harness.steps_cs.updates_while_charging import expect_installed_while_charging


@case("TC_L_16_CS", irreversible="firmware")
async def test_tc_l_16_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    await tell_energy(fake_csms)
    session = await fake_csms.reach(EnergyTransferStarted)
    flow = await watch_energy(fake_csms, session)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        await expect_downloaded(fake_csms, 3, update)
        await expect_installed_while_charging(fake_csms, (9, 12, 14), update, session, flow)
