"""TC_L_10_CSMS: a CSMS has another firmware installed in place of one under way."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import (
    boot_new_firmware,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_10_CSMS")
async def test_tc_l_10_csms(fake_station: FakeStation) -> None:
    # Main
    first = await request_update(fake_station, 1, 2)
    await tell_status(fake_station, 3, first, "Downloading")
    update = await request_update(fake_station, 5, 6, "AcceptedCanceled", after=first)
    # From here on every status is of the second update (L01.FR.10, L01.FR.24).
    statuses = {
        7: "Downloading",
        9: "Downloaded",
        11: "SignatureVerified",
        13: "Installing",
        15: "InstallRebooting",
    }
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 17)
    await tell_status(fake_station, 21, update, "Installed")
