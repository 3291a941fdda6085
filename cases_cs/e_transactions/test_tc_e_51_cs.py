"""TC_E_51_CS: an event that was refused is sent again until it is taken."""

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


@case("TC_E_51_CS", slow=True)
async def test_tc_e_51_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await set_attempts(fake_csms, fake_csms.sut.configured.message_attempts)
    # The page adds MessageTimeout to the interval though an answer came; E13.FR.03 does not.
    times = await retries(fake_csms, answered=True, page_timeout=True)
    await fake_csms.reach(Authorized())
    fail_charging(fake_csms, code="InternalError", takes=2)
    session = await fake_csms.reach(EVConnectedPreSession)
    # Main
    await claim_before_energy(fake_csms, 1, 3, session)
    await expect_transmissions(fake_csms, 5, session, times, 2)
