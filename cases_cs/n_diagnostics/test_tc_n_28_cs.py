"""TC_N_28_CS: a station says that it has stored nothing of a customer."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.customers import ask_about_nobody, by_token, forget_customer


@case("TC_N_28_CS")
async def test_tc_n_28_cs(fake_csms: FakeCSMS) -> None:
    # Before
    await forget_customer(fake_csms)
    # Main
    await ask_about_nobody(fake_csms, (1, 2, 3), by_token(fake_csms))
