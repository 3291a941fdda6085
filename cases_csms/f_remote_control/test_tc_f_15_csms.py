"""TC_F_15_CSMS: a CSMS asks how the upload of a log goes, and takes it that there is none."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell


@case("TC_F_15_CSMS")
async def test_tc_f_15_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="LogStatusNotification",
        answer={"status": "Accepted"},
        requirement="F06.FR.01",
    )
    await tell(fake_station, 3, 4, "LogStatusNotification", status="Idle")
