"""TC_B_28_CS: a station that cannot reset a single EVSE says so."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import no_reboot


@case("TC_B_28_CS")
async def test_tc_b_28_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Main
    mark = fake_csms.mark()
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Rejected", requirement="B11.FR.09")
    await no_reboot(fake_csms, 2, since=mark, requirement="B11.FR.09")
