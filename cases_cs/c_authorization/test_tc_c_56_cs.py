"""TC_C_56_CS: a driver whom the CSMS does not know gets nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.cache import plug_in_first
from harness.steps_cs.refusals import ask_about_everybody, expect_turned_away


@case("TC_C_56_CS")
async def test_tc_c_56_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.invalid
    # Before
    await ask_about_everybody(fake_csms)
    await plug_in_first(fake_csms)
    # Main
    await expect_turned_away(fake_csms, 1, 2, token, "Unknown")
