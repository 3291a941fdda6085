"""TC_B_51_CS: after a long time offline, the state of every connector is reported."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.offline import go_offline, plug_in_offline
from harness.steps_cs.back_off import longest_back_off, set_back_off
from harness.steps_cs.offline import THRESHOLD, exceed_threshold, free_cable, queued_events


@case("TC_B_51_CS", slow=True)
async def test_tc_b_51_cs(fake_csms: FakeCSMS) -> None:
    threshold = fake_csms.sut.configured.offline_threshold
    session = fake_csms.session()
    # Before
    await fake_csms.configure({THRESHOLD: str(threshold)})
    await set_back_off(fake_csms, threshold + 2)
    within = fake_csms.sut.limits.connect + await longest_back_off(fake_csms)
    await free_cable(fake_csms)
    # Main
    lost = await go_offline(fake_csms, 1)
    # Step 2
    await plug_in_offline(fake_csms, session)
    await exceed_threshold(fake_csms, 3, lost)
    mark = fake_csms.mark()
    fake_csms.accept_connections(step=3)
    await fake_csms.expect_connection(3, since=mark, within=within)
    await fake_csms.expect_connectors(
        4,
        {session.connector_key: "Occupied"},
        others="Available",
        since=mark,
        requirement="B04.FR.01",
    )
    await queued_events(fake_csms, session, since=mark)
