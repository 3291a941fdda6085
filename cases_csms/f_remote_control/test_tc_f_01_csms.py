"""TC_F_01_CSMS: a CSMS starts a transaction for a driver who has plugged in."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, EVConnectedPreSession
from harness.steps_csms.remote_start import request_start, start_remotely


@case("TC_F_01_CSMS")
async def test_tc_f_01_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EVConnectedPreSession)
    # Main
    started = await request_start(fake_station, 1, 2)
    await start_remotely(fake_station, 3, 4, "Updated", started)
    await fake_station.run(5, EnergyTransferStarted)
