"""TC_B_28_CS: a station that cannot reset a single EVSE says so."""

from harness.case import case
from harness.fake_csms import FakeCSMS


@case("TC_B_28_CS")
async def test_tc_b_28_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Main
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Rejected", requirement="B11.FR.09")
