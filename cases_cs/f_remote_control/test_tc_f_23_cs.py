"""TC_F_23_CS: the state of a free connector is told when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import expect_triggered_status, trigger


@case("TC_F_23_CS")
async def test_tc_f_23_cs(fake_csms: FakeCSMS) -> None:
    place = fake_csms.session().connector_key
    evse, connector = place
    # Main
    mark = await trigger(fake_csms, 1, 2, "StatusNotification", evse=evse, connector=connector)
    await expect_triggered_status(fake_csms, 3, place, "Available", since=mark)
