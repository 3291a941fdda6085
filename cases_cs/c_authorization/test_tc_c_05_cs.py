"""TC_C_05_CS: a driver whom the CSMS calls invalid gets nothing, not even the cable in."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.preparations import start_with_driver
from harness.steps_cs.refusals import ask_about_everybody, expect_turned_away


@case("TC_C_05_CS")
async def test_tc_c_05_cs(fake_csms: FakeCSMS) -> None:
    token = fake_csms.sut.tokens.invalid
    # Before
    await start_with_driver(fake_csms)
    await ask_about_everybody(fake_csms)
    # Main
    await expect_turned_away(fake_csms, 1, 2, token, "Invalid")
