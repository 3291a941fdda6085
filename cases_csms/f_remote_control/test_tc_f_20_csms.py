"""TC_F_20_CSMS: a CSMS asks for a heartbeat, and answers it."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_F_20_CSMS")
async def test_tc_f_20_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="Heartbeat",
        answer={"status": "Accepted"},
        requirement="F06.FR.01",
    )
    await fake_station.heartbeat(3, 4, requirement="G02.FR.04")
