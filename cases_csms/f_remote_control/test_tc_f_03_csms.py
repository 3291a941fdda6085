"""TC_F_03_CSMS: a CSMS starts a transaction of a station that does not ask about its driver."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.remote_start import request_start, start_remotely


@case("TC_F_03_CSMS")
async def test_tc_f_03_csms(fake_station: FakeStation) -> None:
    # Main
    started = await request_start(fake_station, 1, 2)
    await start_remotely(fake_station, 3, 4, "Started", started)
    await fake_station.run(5, EnergyTransferStarted)
