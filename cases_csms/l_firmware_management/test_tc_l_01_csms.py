"""TC_L_01_CSMS: a CSMS has firmware installed, and takes every status up to Installed."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import (
    boot_new_firmware,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_01_CSMS")
async def test_tc_l_01_csms(fake_station: FakeStation) -> None:
    # Main
    update = await request_update(fake_station, 1, 2)
    statuses = {
        3: "Downloading",
        5: "Downloaded",
        7: "SignatureVerified",
        9: "Installing",
        11: "InstallRebooting",
    }
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 13)
    await tell_status(fake_station, 17, update, "Installed")
