"""TC_F_24_CS: the state of an occupied connector is told when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.steps_cs.triggers import expect_triggered_status, trigger


@case("TC_F_24_CS")
async def test_tc_f_24_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EVConnectedPreSession)
    evse, connector = session.connector_key
    # Main
    mark = await trigger(fake_csms, 1, 2, "StatusNotification", evse=evse, connector=connector)
    await expect_triggered_status(fake_csms, 3, session.connector_key, "Occupied", since=mark)
