"""TC_B_31_CSMS: a CSMS has a waiting station boot again before its interval is over."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation


@case("TC_B_31_CSMS", connected=False)
async def test_tc_b_31_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.arrange("boot_status", status="Pending")
    fake_station.promise("BootNotification", {"status": "Accepted"})
    await fake_station.connect()
    # Main
    status = one_of("Pending", "Rejected")
    await fake_station.boot(1, 2, status=status, requirement="B02.FR.01")
    await fake_station.arrange("boot_status", status="Accepted")
    # From the boot on: it may trigger by itself
    await fake_station.requested(
        3,
        4,
        "TriggerMessage",
        since=0,
        prefer_match=True,
        requestedMessage="BootNotification",
        requirement="F06.FR.01",
    )
    await fake_station.boot(5, 6, reason="Triggered", status="Accepted")
    await fake_station.report_connectors(7, 8, "Available")
