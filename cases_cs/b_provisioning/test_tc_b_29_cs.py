"""TC_B_29_CS: a station that cannot reset a single EVSE says so during a transaction too."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, no_reboot


@case("TC_B_29_CS")
async def test_tc_b_29_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(EnergyTransferStarted)
    # Main
    mark = fake_csms.mark()
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Rejected", requirement="B12.FR.09")
    await no_reboot(fake_csms, 2, since=mark, requirement="B12.FR.09")
