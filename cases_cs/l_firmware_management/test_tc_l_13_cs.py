"""TC_L_13_CS: while an update waits for a driver, nobody else is let in."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import (
    certified,
    expect_downloaded,
    expect_unfetched,
    offered,
    start_update,
)
from harness.steps_cs.updates_while_charging import (
    ALLOW_NEW_SESSIONS,
    expect_closed,
    expect_waiting,
    leave_closed,
)


@case("TC_L_13_CS", irreversible="firmware")
async def test_tc_l_13_cs(fake_csms: FakeCSMS) -> None:
    # Before
    certificate = await certified(fake_csms)
    await fake_csms.configure({ALLOW_NEW_SESSIONS: "false"}, if_writable=True)
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        await expect_waiting(fake_csms, 3, update, "DownloadScheduled")
        expect_unfetched(fake_csms, 3, update)
        await expect_closed(fake_csms, 5, update, session)
        await leave_closed(fake_csms, (7, 14), update, session)
        await expect_downloaded(fake_csms, 8, update)
        # Steps 14 to 26: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(14))
