"""TC_G_20_CSMS: a CSMS takes it that a connector could not be locked."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell_event


@case("TC_G_20_CSMS")
async def test_tc_g_20_csms(fake_station: FakeStation) -> None:
    # Main
    lock = {"name": "ConnectorPlugRetentionLock", "evse": fake_station.evse}
    await tell_event(fake_station, 1, 2, lock, "Problem", "true")
