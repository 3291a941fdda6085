"""TC_F_02_CS: a driver whom the CSMS starts is authorized first, and plugs in second."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, ParkingBayOccupied
from harness.steps_cs.preparations import ask_csms, authorize_drivers, know_nobody
from harness.steps_cs.remote_starts import check_remote_starts


@case("TC_F_02_CS")
async def test_tc_f_02_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await authorize_drivers(fake_csms)
    await ask_csms(fake_csms)
    await check_remote_starts(fake_csms, check=True)
    await know_nobody(fake_csms)
    await fake_csms.reach(ParkingBayOccupied)
    # Main
    await fake_csms.run(1, Authorized("remote"))
    await fake_csms.run(2, EnergyTransferStarted)
