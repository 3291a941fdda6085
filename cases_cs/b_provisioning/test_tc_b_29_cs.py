"""TC_B_29_CS: a station that cannot reset a single EVSE says so during a transaction too."""

from harness.case import case
from harness.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted


@case("TC_B_29_CS")
async def test_tc_b_29_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before
    await fake_csms.reach(EnergyTransferStarted)
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Rejected", requirement="B12.FR.09")
