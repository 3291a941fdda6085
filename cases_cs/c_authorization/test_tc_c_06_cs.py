"""TC_C_06_CS: a driver whom the CSMS calls blocked gets nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EVConnectedPreSession
from harness.steps_cs.energy_flow import expect_no_more_energy
from harness.steps_cs.refusals import ask_about_everybody, expect_turned_away


@case("TC_C_06_CS")
async def test_tc_c_06_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.blocked
    # Before
    await ask_about_everybody(fake_csms)
    session = await fake_csms.reach(EVConnectedPreSession)
    # Main
    await expect_turned_away(fake_csms, 1, 2, token, "Blocked")
    await expect_no_more_energy(fake_csms, 2, session, "C01.FR.01", "energy of nobody")
