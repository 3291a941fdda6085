"""TC_N_31_CS: a station that is to clear what it has of a customer says that it has nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.customers import ask_about_nobody, by_token, forget_customer


@case("TC_N_31_CS")
async def test_tc_n_31_cs(fake_csms: FakeCSMS) -> None:
    # Before: the page has no state that makes its prerequisite true
    await forget_customer(fake_csms)
    # Main
    await ask_about_nobody(fake_csms, (1, 2, 3), by_token(fake_csms), clear=True)
