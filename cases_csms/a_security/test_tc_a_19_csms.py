"""TC_A_19_CSMS: a CSMS moves a station to the next security profile, and lets it never go back."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import Booted
from harness.steps_csms.upgrade import prepare_upgrade


@case("TC_A_19_CSMS", connected=False)
async def test_tc_a_19_csms(fake_station: FakeStation) -> None:
    # Before
    upgrade = await prepare_upgrade(fake_station)
    # Main
    slot = await upgrade.set_profile(1)
    await upgrade.set_priority(3, slot)
    await upgrade.reset(5)
    await upgrade.connect(8)
    await fake_station.run(9, Booted)
    await upgrade.lower_is_refused(11)
    await upgrade.connect(12)
    # Post scenario
    await upgrade.alive()
