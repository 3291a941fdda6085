"""TC_B_49_CS: a station that reaches neither network profile keeps trying and comes back."""

from harness.case import case
from harness.fake_csms import FakeCSMS
from harness.migration import migration
from harness.states_cs import BootedAgain


@case("TC_B_49_CS")
async def test_tc_b_49_cs(fake_csms: FakeCSMS) -> None:
    move = await migration(fake_csms)
    # Main
    await move.set_profile(1, 2)
    await move.set_priority(3, 4)
    fake_csms.refuse_connections()
    await move.reset(5, 6)
    place = fake_csms.reboot_place
    await fake_csms.expect_refused(7, endpoint=move.endpoint, since=place)
    await fake_csms.expect_refused(9, endpoint=move.active_endpoint, since=place)
    fake_csms.accept_connections(move.active_endpoint)
    await fake_csms.expect_connection(11, endpoint=move.active_endpoint, since=place)
    await fake_csms.run(13, BootedAgain)
