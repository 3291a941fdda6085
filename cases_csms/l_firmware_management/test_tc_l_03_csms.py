"""TC_L_03_CSMS: a CSMS has firmware downloaded later, and takes it that the download waits."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import (
    boot_new_firmware,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_03_CSMS")
async def test_tc_l_03_csms(fake_station: FakeStation) -> None:
    # Main
    later = fake_station.sut.configured.download_offset
    update = await request_update(fake_station, 1, 2, retrieve_in=later)
    statuses = {
        3: "DownloadScheduled",
        5: "Downloading",
        7: "Downloaded",
        9: "SignatureVerified",
        11: "Installing",
        13: "InstallRebooting",
    }
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 15)
    await tell_status(fake_station, 19, update, "Installed")
