"""TC_N_30_CS: a station tells what it has stored of a customer, and clears it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.customers import (
    ask,
    ask_about_nobody,
    by_token,
    empty_list,
    expect_beside_kept,
    expect_gone,
    expect_known,
    expect_still_gone,
    know_customer,
    known_beside,
    of_stranger,
)


@case("TC_N_30_CS")
async def test_tc_n_30_cs(fake_csms: FakeCSMS) -> None:
    customer = by_token(fake_csms)
    # Before
    cached = await know_customer(fake_csms, beside=True)
    stranger = await of_stranger(fake_csms, customer)
    beside = await known_beside(fake_csms) if cached else None
    # Main
    told = await ask(fake_csms, (1, 2, 3), customer, clear=True)
    expect_known(fake_csms, told, customer, stranger, "N10.FR.03")
    # An entry of the local list would still be told, in as many parts as it takes (N09.FR.05)
    await empty_list(fake_csms, 4)
    after = await ask_about_nobody(fake_csms, (5, 6, 7), customer)
    expect_gone(fake_csms, cached or told.text, after, customer)
    # Removed, not hidden (N10.FR.03)
    await expect_still_gone(fake_csms, cached or told.text, customer)
    if beside is not None:
        await expect_beside_kept(fake_csms, beside, "N10.FR.03")
