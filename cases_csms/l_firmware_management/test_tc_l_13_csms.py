"""TC_L_13_CSMS: a CSMS asks for an update during a transaction, which waits for its end."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import (
    EnergyTransferStarted,
    EVConnectedPostSession,
    EVDisconnected,
    StopAuthorized,
)
from harness.steps_csms.updates import (
    boot_new_firmware,
    make_free_unavailable,
    request_update,
    tell_status,
    tell_statuses,
)


@case("TC_L_13_CSMS")
async def test_tc_l_13_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    update = await request_update(fake_station, 1, 2)
    await tell_status(fake_station, 3, update, "DownloadScheduled")
    await make_free_unavailable(fake_station, 5)
    await fake_station.run(7, StopAuthorized)
    await fake_station.run(8, EVConnectedPostSession)
    await fake_station.run(9, EVDisconnected)
    statuses = {
        10: "Downloading",
        12: "Downloaded",
        14: "SignatureVerified",
        16: "Installing",
        18: "InstallRebooting",
    }
    await tell_statuses(fake_station, update, statuses)
    await boot_new_firmware(fake_station, 20)
    await tell_status(fake_station, 24, update, "Installed")
