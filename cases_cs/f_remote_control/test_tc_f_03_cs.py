"""TC_F_03_CS: a driver whom the CSMS starts charges without a further question about him."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EnergyTransferStarted, ParkingBayOccupied
from harness.steps_cs.preparations import ask_csms, know_nobody
from harness.steps_cs.remote_starts import check_remote_starts


@case("TC_F_03_CS")
async def test_tc_f_03_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await ask_csms(fake_csms)
    await check_remote_starts(fake_csms, check=False)
    await know_nobody(fake_csms)
    await fake_csms.reach(ParkingBayOccupied)
    # Main
    mark = fake_csms.mark()
    await fake_csms.run(1, Authorized("remote"))
    await fake_csms.run(2, EnergyTransferStarted)
    await fake_csms.silence(2, "Authorize", since=mark, requirement="F01.FR.02, F02.FR.10")
