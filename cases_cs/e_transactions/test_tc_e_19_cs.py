"""TC_E_19_CS: a transaction ends when the vehicle leaves the parking bay."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVDisconnected
from harness.states_cs.driver import drive_out
from harness.states_cs.session_events import expect_end
from harness.states_cs.stop import expect_transaction_continues
from harness.steps_cs.preparations import stop_at

_OTHERS = {"EnergyTransfer", "PowerPathClosed", "DataSigned", "Authorized", "EVConnected"}


@case("TC_E_19_CS")
async def test_tc_e_19_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "ParkingBayOccupancy", without=_OTHERS)
    session = await fake_csms.reach(EVDisconnected)
    # Main
    await expect_transaction_continues(fake_csms, 1, session, "E06.FR.01")
    mark = await drive_out(fake_csms, session)
    await expect_end(fake_csms, 1, session, since=mark, triggerReason="EVDeparted")
