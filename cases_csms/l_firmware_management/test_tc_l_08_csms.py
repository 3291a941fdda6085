"""TC_L_08_CSMS: a CSMS takes it that its firmware proves defective."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import request_update, tell_statuses


@case("TC_L_08_CSMS")
async def test_tc_l_08_csms(fake_station: FakeStation) -> None:
    # Main
    update = await request_update(fake_station, 1, 2)
    statuses = {
        3: "Downloading",
        5: "Downloaded",
        7: "SignatureVerified",
        9: "Installing",
        11: "InstallVerificationFailed",
    }
    await tell_statuses(fake_station, update, statuses)
