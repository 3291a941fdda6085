"""TC_B_31_CSMS: a CSMS has a waiting station boot again before its interval is over."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation


@case("TC_B_31_CSMS", booted=False)
async def test_tc_b_31_csms(fake_station: FakeStation) -> None:
    fake_station.answer("TriggerMessage", status="Accepted")
    # Prerequisite
    await fake_station.arrange("boot_status", status="Pending")
    # Main
    await fake_station.boot(1, 2, status=one_of("Pending", "Rejected"), requirement="B02.FR.01")
    await fake_station.arrange("boot_status", status="Accepted")
    await fake_station.operator.ask("TriggerMessage", requestedMessage="BootNotification")
    await fake_station.expect(
        3,
        "TriggerMessage",
        prefer_match=True,
        requestedMessage="BootNotification",
        requirement="F06.FR.01",
    )
    await fake_station.boot(5, 6, reason="Triggered", status="Accepted", requirement="B01.FR.02")
    await fake_station.report_connectors(7, 8)
