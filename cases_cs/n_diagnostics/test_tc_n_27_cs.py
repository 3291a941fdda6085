"""TC_N_27_CS: a station tells what it has stored of the customer of an idToken."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.customers import ask, by_token, expect_known, know_customer, of_stranger


@case("TC_N_27_CS")
async def test_tc_n_27_cs(fake_csms: FakeCSMS) -> None:
    customer = by_token(fake_csms)
    # Before
    await know_customer(fake_csms)
    stranger = await of_stranger(fake_csms, customer)
    # Main
    told = await ask(fake_csms, (1, 2, 3), customer)
    expect_known(fake_csms, told, customer, stranger)
