"""TC_E_41_CS: an event that is never answered is sent as often as configured, and no more."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Authorized, EVConnectedPreSession
from harness.steps_cs.retries import (
    claim_before_energy,
    expect_transmissions,
    fail_charging,
    retries,
    set_attempts,
)


@case("TC_E_41_CS", slow=True)
async def test_tc_e_41_cs(fake_csms: FakeCSMS) -> None:
    attempts = fake_csms.sut.configured.message_attempts
    # Before
    await set_attempts(fake_csms, attempts)
    times = await retries(fake_csms, answered=False)
    await fake_csms.reach(Authorized())
    fail_charging(fake_csms)
    session = await fake_csms.reach(EVConnectedPreSession)
    # Main
    await claim_before_energy(fake_csms, 1, 3, session)
    await expect_transmissions(fake_csms, 5, session, times, attempts)
