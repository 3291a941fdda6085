"""TC_B_52_CS: after a short time offline, only connectors that changed are reported."""

from harness.case import case
from harness.peers.connectors import reports
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.offline import (
    RANDOM_RANGE,
    THRESHOLD,
    WAIT_MINIMUM,
    free_cable,
    queued_events,
)


@case("TC_B_52_CS")
async def test_tc_b_52_cs(fake_csms: FakeCSMS) -> None:
    threshold = fake_csms.sut.configured.offline_threshold
    session = fake_csms.session()
    connector = (session.evse, session.connector)
    # Before
    await fake_csms.configure({THRESHOLD: str(threshold)})
    await fake_csms.configure(
        {WAIT_MINIMUM: str(max(0, threshold - 2)), RANDOM_RANGE: "0"}, if_writable=True
    )
    await fake_csms.tx_points("Start")
    await free_cable(fake_csms)
    # Main
    fake_csms.refuse_connections()
    offline = await fake_csms.disconnect()
    session.plugged = True
    await fake_csms.operator.plug_in(*connector)
    mark = fake_csms.inbox.mark
    fake_csms.accept_connections()
    online = await fake_csms.expect_connection(3, since=mark)
    # The station's own clock decides; half a second is left for the difference.
    if online.t - offline.t > threshold - 0.5:
        raise fake_csms.undrivable(
            f"offline for {online.t - offline.t:.1f} s, too near to {THRESHOLD} {threshold}"
        )
    await fake_csms.expect_connectors(
        4, {connector: "Occupied"}, since=mark, requirement="B04.FR.02"
    )
    arrivals = (a for a in fake_csms.inbox.arrivals if a.mark >= mark)
    # One that boots tells all of them (B01.FR.05).
    if not any(a.action == "BootNotification" for a in arrivals):
        await fake_csms.silence(
            4,
            "report of a connector that did not change",
            lambda arrival: any(
                report.connector != connector and report.of_a_change for report in reports(arrival)
            ),
            since=mark,
            requirement="B04.FR.02",
        )
    await queued_events(fake_csms, session, since=mark)
