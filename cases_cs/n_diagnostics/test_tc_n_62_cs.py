"""TC_N_62_CS: a station tells and clears what it has stored of a customerIdentifier."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import Booted
from harness.steps_cs.customers import (
    ask,
    by_identifier,
    expect_gone,
    expect_known,
    expect_still_gone,
    of_stranger,
)


@case("TC_N_62_CS")
async def test_tc_n_62_cs(fake_csms: FakeCSMS) -> None:
    customer = by_identifier(fake_csms)
    # Before
    await fake_csms.hands.arrange("customer", identifier=customer["customerIdentifier"])
    stranger = await of_stranger(fake_csms, customer)
    # Main
    told = await ask(fake_csms, (1, 2, 3), customer, clear=True)
    expect_known(fake_csms, told, customer, stranger, "N10.FR.03")
    after = await ask(fake_csms, (5, 6, 7), customer)
    # That nothing was found may be said in words (N09.FR.06), for which the page has no room
    expect_gone(fake_csms, told.text, after, customer)
    # Removed, not hidden (N10.FR.03)
    await fake_csms.run("post", Booted)
    await expect_still_gone(fake_csms, told.text, customer)
