"""TC_N_32_CS: a station clears what it has of a customer, and says that it did."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.customers import (
    by_token,
    cache_customer,
    clear,
    empty_list,
    expect_beside_kept,
    expect_no_report,
    known_beside,
    list_another,
    said_of,
)
from harness.steps_cs.refusals import present


@case("TC_N_32_CS")
async def test_tc_n_32_cs(fake_csms: FakeCSMS) -> None:
    # Before: only what is there can be cleared
    customer = by_token(fake_csms)
    cached = await cache_customer(fake_csms)
    stored = await said_of(fake_csms, customer) if cached else ""
    beside = await known_beside(fake_csms) if cached else None
    listed = await list_another(fake_csms)
    # Main
    told = await clear(fake_csms, (1, 2, 3), customer)
    if stored:
        expect_no_report(fake_csms, stored, told, customer)
    # Post scenario: the list is as it was (N10.FR.06)
    if listed:
        await empty_list(fake_csms, "post")
    if beside is not None:
        await expect_beside_kept(fake_csms, beside, "N10.FR.06")
    # He is gone from the cache; who is refused may be anybody
    if cached:
        token = fake_csms.sut.tokens.valid
        fake_csms.says_of(token, "Invalid")
        await present(fake_csms, "post", token, "N10.FR.06, C01.FR.02")
