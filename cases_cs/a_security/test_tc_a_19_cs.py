"""TC_A_19_CS: a station moves up to the next security profile, and stays there."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.upgrade import upgrade


@case("TC_A_19_CS", profiles=(1, 2), slow=True)
async def test_tc_a_19_cs(fake_csms: FakeCSMS) -> None:
    # Before
    up = await upgrade(fake_csms)
    # Main
    await up.move.set_profile(1, 2)
    await up.move.set_priority(3, 4, requirement="A05.FR.04")
    await up.move.reset(5, 6)
    up.restart_server()
    await up.arrives(8)
    await fake_csms.run(10, BootedAgain)
    await up.expect_raised(12)
    await up.expect_lower_slot_gone(14)
    # Erratum 2025-06
    if up.profile == 2:
        await up.stays_up(16, 18)
