"""TC_F_02_CSMS: a CSMS starts a transaction, and says that its driver may charge."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.remote_start import request_start, start_remotely


@case("TC_F_02_CSMS")
async def test_tc_f_02_csms(fake_station: FakeStation) -> None:
    # Before: the station asks about whom it shall let in
    fake_station.model.hold("AuthCtrlr.AuthorizeRemoteStart", "true")
    # Main
    started = await request_start(fake_station, 1, 2)
    await fake_station.authorize(3, 4)
    await start_remotely(fake_station, 5, 6, "Started", started)
    await fake_station.run(7, EnergyTransferStarted)
