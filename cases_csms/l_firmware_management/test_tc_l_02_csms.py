"""TC_L_02_CSMS: a CSMS has firmware installed later, and takes it that the installation waits."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import (
    boot_new_firmware,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_02_CSMS")
async def test_tc_l_02_csms(fake_station: FakeStation) -> None:
    # Main
    later = fake_station.sut.configured.install_offset
    update = await request_update(fake_station, 1, 2, install_in=later)
    statuses = {
        3: "Downloading",
        5: "Downloaded",
        7: "SignatureVerified",
        9: "InstallScheduled",
        11: "Installing",
        13: "InstallRebooting",
    }
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 15)
    await tell_status(fake_station, 19, update, "Installed")
