"""TC_B_51_CS: after a long time offline, the state of every connector is reported."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.offline import stay_offline
from harness.steps_cs.offline import (
    RANDOM_RANGE,
    REPEAT_TIMES,
    THRESHOLD,
    WAIT_MINIMUM,
    free_cable,
    longest_back_off,
    queued_events,
)


@case("TC_B_51_CS", slow=True)
async def test_tc_b_51_cs(fake_csms: FakeCSMS) -> None:
    threshold = fake_csms.sut.configured.offline_threshold
    session = fake_csms.session()
    # Before
    await fake_csms.configure({THRESHOLD: str(threshold)})
    await fake_csms.configure(
        {WAIT_MINIMUM: str(threshold + 2), REPEAT_TIMES: "0", RANDOM_RANGE: "0"}, if_writable=True
    )
    within = fake_csms.sut.limits.connect + await longest_back_off(fake_csms)
    await fake_csms.tx_points("Start")
    await free_cable(fake_csms)
    # Main
    fake_csms.refuse_connections()
    offline = await fake_csms.disconnect()
    session.plugged = True
    await fake_csms.operator.plug_in(session.evse, session.connector)
    await stay_offline(threshold + 0.5, since=offline.t)
    mark = fake_csms.inbox.mark
    fake_csms.accept_connections()
    await fake_csms.expect_connection(3, since=mark, within=within)
    states = dict.fromkeys(fake_csms.sut.connectors, "Available")
    states[session.evse, session.connector] = "Occupied"
    await fake_csms.expect_connectors(4, states, since=mark, requirement="B04.FR.01")
    await queued_events(fake_csms, session, since=mark)
