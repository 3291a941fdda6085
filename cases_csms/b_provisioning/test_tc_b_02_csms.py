"""TC_B_02_CSMS: a CSMS first lets a station wait (Pending), then accepts it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.waiting import wait_for_next_boot


@case("TC_B_02_CSMS", connected=False)
async def test_tc_b_02_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.arrange("boot_status", status="Pending")
    await fake_station.connect()
    # Main
    pending = await fake_station.boot(1, 2, status="Pending", requirement="B02.FR.01")
    await fake_station.arrange("boot_status", status="Accepted")
    await wait_for_next_boot(fake_station, 3, pending["interval"])
    # It may let the station wait once more.
    await fake_station.boot(3, 4, status="Accepted")
    await fake_station.report_connectors(5, 6, "Available")
