"""TC_E_52_CS: an unknown driver is refused without asking the CSMS where that is turned off."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import ParkingBayOccupied
from harness.steps_cs.no_energy import EVConnectedUnauthorized, expect_no_energy
from harness.steps_cs.preparations import authorize_drivers, know_nobody


@case("TC_E_52_CS")
async def test_tc_e_52_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await authorize_drivers(fake_csms)
    await fake_csms.configure({"AuthCtrlr.DisableRemoteAuthorization": "true"})
    await know_nobody(fake_csms)
    session = await fake_csms.reach(ParkingBayOccupied)
    # Main (erratum 2025-04: plugging in shows whether the driver was refused)
    mark = fake_csms.mark()
    await fake_csms.hands.present_token(fake_csms.sut.tokens.valid, session.evse)
    await fake_csms.silence(1, "Authorize", since=mark, requirement="Part 2, 2.3.8")
    await fake_csms.run(2, EVConnectedUnauthorized)
    await expect_no_energy(fake_csms, 3, since=mark)
