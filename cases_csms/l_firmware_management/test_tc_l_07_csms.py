"""TC_L_07_CSMS: a CSMS takes it that its firmware cannot be downloaded."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import request_update, tell_statuses


@case("TC_L_07_CSMS")
async def test_tc_l_07_csms(fake_station: FakeStation) -> None:
    # Main
    update = await request_update(fake_station, 1, 2)
    await tell_statuses(fake_station, update, {3: "Downloading", 5: "DownloadFailed"})
