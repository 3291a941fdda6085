"""TC_B_52_CS: after a short time offline, only connectors that changed are reported."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.offline import go_offline, plug_in_offline
from harness.steps_cs.back_off import set_back_off
from harness.steps_cs.offline import (
    THRESHOLD,
    expect_others_unreported,
    free_cable,
    need_short_interruption,
    queued_events,
)


@case("TC_B_52_CS")
async def test_tc_b_52_cs(fake_csms: FakeCSMS) -> None:
    threshold = fake_csms.sut.configured.offline_threshold
    session = fake_csms.session()
    # Before
    await fake_csms.configure({THRESHOLD: str(threshold)})
    await set_back_off(fake_csms, max(0, threshold - 2), repeat_times=None)
    await free_cable(fake_csms)
    # Main
    lost = await go_offline(fake_csms, 1)
    # Step 2
    await plug_in_offline(fake_csms, session)
    mark = fake_csms.mark()
    fake_csms.accept_connections(step=3)
    back = await fake_csms.expect_connection(3, since=mark)
    need_short_interruption(fake_csms, lost, back)
    await fake_csms.expect_connectors(
        4, {session.connector_key: "Occupied"}, since=mark, requirement="B04.FR.02"
    )
    await expect_others_unreported(fake_csms, 4, session.connector_key, since=mark)
    await queued_events(fake_csms, session, since=mark)
