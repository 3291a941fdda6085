"""TC_E_25_CS: a cable that left the vehicle is kept in its socket for the driver."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferSuspended
from harness.steps_cs.ev_side import (
    expect_cable_kept,
    expect_ev_lost,
    expect_free,
    take_cable,
    unplug_ev,
)
from harness.steps_cs.preparations import on_ev_side_disconnect


@case("TC_E_25_CS")
async def test_tc_e_25_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await on_ev_side_disconnect(fake_csms, stop="true", unlock="false")
    session = await fake_csms.reach(EnergyTransferSuspended)
    # Main
    mark = await unplug_ev(fake_csms, session)
    await expect_ev_lost(fake_csms, 1, session, since=mark)
    await expect_cable_kept(fake_csms, 1, session, "E09.FR.03")
    presented = await take_cable(fake_csms, session, locked=True)
    await expect_free(fake_csms, 3, session, presented=presented)
