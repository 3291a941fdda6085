"""TC_F_23_CSMS: a CSMS asks for the state of a free connector, and takes it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell_connector


@case("TC_F_23_CSMS")
async def test_tc_f_23_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1,
        2,
        "TriggerMessage",
        requestedMessage="StatusNotification",
        evse=fake_station.evse,
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.02, F06.FR.13",
    )
    await tell_connector(fake_station, 3, 4, "Available")
