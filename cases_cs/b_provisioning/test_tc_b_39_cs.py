"""TC_B_39_CS: a read-only variable is not set."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.side_effects import expect_nothing_else_changed, settable_values

VARIABLE = "OCPPCommCtrlr.MessageTimeout[Default]"


@case("TC_B_39_CS")
async def test_tc_b_39_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = await settable_values(fake_csms)
    before = (await fake_csms.variables.read(VARIABLE)).get(VARIABLE)
    value = "32" if before == "31" else "31"
    # Main
    await fake_csms.variables.set(
        1, 2, {VARIABLE: value}, status="Rejected", requirement="B05.FR.09"
    )
    # Rejected is true only if the value is what it was.
    if before is not None:
        await fake_csms.variables.expect_value(2, VARIABLE, before, requirement="B05.FR.09")
    await expect_nothing_else_changed(fake_csms, 2, others, "B05.FR.09")
