"""TC_F_24_CSMS: a CSMS asks for the state of an occupied connector, and takes it."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell_connector


@case("TC_F_24_CSMS")
async def test_tc_f_24_csms(fake_station: FakeStation) -> None:
    # Main
    await tell_connector(fake_station, 1, 2, "Occupied")
    await fake_station.requested(
        3,
        4,
        "TriggerMessage",
        requestedMessage="StatusNotification",
        evse=fake_station.evse,
        answer={"status": "Accepted"},
        requirement="F06.FR.01, F06.FR.02, F06.FR.13",
    )
    await tell_connector(fake_station, 5, 6, "Occupied")
