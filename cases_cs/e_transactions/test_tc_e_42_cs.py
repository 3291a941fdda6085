"""TC_E_42_CS: an event is sent again until it is answered."""

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


@case("TC_E_42_CS", slow=True)
async def test_tc_e_42_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await set_attempts(fake_csms, fake_csms.sut.configured.message_attempts)
    times = await retries(fake_csms, answered=False)
    await fake_csms.reach(Authorized())
    fail_charging(fake_csms, takes=2)
    session = await fake_csms.reach(EVConnectedPreSession)
    # Main
    await claim_before_energy(fake_csms, 1, 3, session)
    await expect_transmissions(fake_csms, 5, session, times, 2)
