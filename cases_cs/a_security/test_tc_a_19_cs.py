"""TC_A_19_CS: a station moves up to the next security profile, and stays there."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import BootedAgain
from harness.steps_cs.migration import PRIORITY
from harness.steps_cs.upgrade import PROFILE, prepare_upgrade


@case("TC_A_19_CS", profiles=(1, 2), slow=True, irreversible="security_profile")
async def test_tc_a_19_cs(fake_csms: FakeCSMS) -> None:
    # Before
    up = await prepare_upgrade(fake_csms)
    # Main
    await up.move.set_profile(1, 2)
    await up.move.set_priority(3, 4, requirement="A05.FR.04")
    await up.move.reset(5, 6)
    up.restart_server(7)
    await up.expect_arrival(8)
    await fake_csms.run(10, BootedAgain)
    variables, source = fake_csms.variables, "A05.FR.06"
    await variables.get(11, 12, {PROFILE: str(up.profile)}, requirement=source)
    await variables.get(13, 14, {PRIORITY: up.without_lower_slot()}, requirement=source)
    await up.move.expect_to_stay(14)
    # Erratum 2025-06
    if up.profile == 2:
        mark = await up.restart_lower_server(15)
        await up.expect_no_attempt(16, since=mark)
        up.restart_server(17)
        await up.expect_return(18, since=mark)
