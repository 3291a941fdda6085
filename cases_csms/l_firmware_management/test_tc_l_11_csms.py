"""TC_L_11_CSMS: a CSMS takes it that an update under way cannot be cancelled."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import (
    boot_new_firmware,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_11_CSMS")
async def test_tc_l_11_csms(fake_station: FakeStation) -> None:
    # Main
    update = await request_update(fake_station, 1, 2)
    await tell_status(fake_station, 3, update, "Downloading")
    await request_update(fake_station, 5, 6, "Rejected", after=update)
    # The first update goes on (L01.FR.10, L01.FR.27).
    statuses = {7: "Downloaded", 9: "SignatureVerified", 11: "Installing", 13: "InstallRebooting"}
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 15)
    await tell_status(fake_station, 19, update, "Installed")
