"""TC_L_06_CSMS: a CSMS takes it that the signature of its firmware is invalid."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import request_update, tell_security_event, tell_statuses


@case("TC_L_06_CSMS")
async def test_tc_l_06_csms(fake_station: FakeStation) -> None:
    # Main
    update = await request_update(fake_station, 1, 2)
    statuses = {3: "Downloading", 5: "Downloaded", 7: "InvalidSignature"}
    await tell_statuses(fake_station, update, statuses)
    await tell_security_event(fake_station, 9, "InvalidFirmwareSignature")
