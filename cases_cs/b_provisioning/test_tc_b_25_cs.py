"""TC_B_25_CS: an idle EVSE is reset alone."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import no_reboot


@case("TC_B_25_CS")
async def test_tc_b_25_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Main
    mark = fake_csms.mark()
    reset = await fake_csms.send(1, "Reset", type="OnIdle", evseId=evse)
    await reset.response(2, status="Accepted", requirement="B11.FR.01, B11.FR.08")
    await no_reboot(fake_csms, 2, since=mark, requirement="B11.FR.08")
