"""TC_B_20_CSMS: a CSMS has an idle station reset and accepts it again."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_station import FakeStation


@case("TC_B_20_CSMS")
async def test_tc_b_20_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Main
    # Erratum 2024-09: no evseId; the type is what was asked for
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="OnIdle",
        evseId=ABSENT,
        answer={"status": "Accepted"},
        requirement="B11.FR.04",
    )
    await fake_station.reconnect(3)
    await fake_station.boot(3, 4, reason="RemoteReset", status="Accepted")
    await fake_station.report_connectors(5, 6, "Available")
