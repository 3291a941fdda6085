"""TC_E_15_CS: a transaction ends when the driver presents the idToken again."""

from harness.case import case
from harness.evidence.matchers import ABSENT, one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.states_cs.driver import present_to_stop
from harness.states_cs.stop import charge_a_while, expect_stop
from harness.steps_cs.locks import expect_released
from harness.steps_cs.preparations import stop_at


@case("TC_E_15_CS")
async def test_tc_e_15_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await stop_at(fake_csms, "Authorized")
    session = await fake_csms.reach(EnergyTransferStarted)
    # Main
    await charge_a_while(fake_csms, session)
    mark = await present_to_stop(fake_csms, session)
    await expect_stop(
        fake_csms,
        1,
        session,
        since=mark,
        triggerReason="StopAuthorized",
        idToken=one_of(ABSENT, fake_csms.driver(session)),
    )
    await expect_released(fake_csms, 1, session, "C01.FR.01, E06.FR.03")
