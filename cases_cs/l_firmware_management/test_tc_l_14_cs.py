"""TC_L_14_CS: while an installation waits for one driver, another may begin to charge."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.steps_cs.installations import Steps, expect_installed
from harness.steps_cs.updates import certified, expect_downloaded, offered, start_update
from harness.steps_cs.updates_while_charging import (
    ALLOW_NEW_SESSIONS,
    expect_waiting,
    expect_waiting_to_install,
    other_evse,
)


@case("TC_L_14_CS", irreversible="firmware")
async def test_tc_l_14_cs(fake_csms: FakeCSMS) -> None:
    second = other_evse(fake_csms)
    # At one reader, the same driver would end his transaction (E07)
    fake_csms.session(second).token = fake_csms.sut.tokens.valid2
    # Before
    certificate = await certified(fake_csms)
    await fake_csms.configure({ALLOW_NEW_SESSIONS: "true"})
    await fake_csms.reach(EnergyTransferStarted)
    # Main
    async with offered(fake_csms, certificate) as offer:
        update = await start_update(fake_csms, 1, 2, offer)
        await expect_downloaded(fake_csms, 3, update)
        installing = await expect_waiting_to_install(fake_csms, 9, update)
        await fake_csms.run(11, EnergyTransferStarted.on(second))
        await fake_csms.run(12, ParkingBayUnoccupied)
        await expect_waiting(fake_csms, 13, update)
        # As soon as nobody charges, the station may close for the update.
        fake_csms.session(second).closing_since = update.since
        await fake_csms.run(13, ParkingBayUnoccupied.on(second))
        # Steps 14 to 26: the reboots are as the station needs them.
        await expect_installed(fake_csms, update, Steps.after(14), installing=installing)
