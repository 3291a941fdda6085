"""TC_B_36_CS: setting an unknown variable is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.side_effects import expect_nothing_else_changed, settable_values

VARIABLE = "OCPPCommCtrlr.UnknownVariable"


@case("TC_B_36_CS")
async def test_tc_b_36_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = await settable_values(fake_csms)
    # Main
    await fake_csms.variables.set(
        1, 2, {VARIABLE: "301"}, status="UnknownVariable", requirement="B05.FR.05"
    )
    # It is true only if there is no such variable afterwards either, and no other was set.
    await fake_csms.variables.get(
        2, 2, {VARIABLE: ABSENT}, status="UnknownVariable", requirement="B05.FR.05"
    )
    await expect_nothing_else_changed(fake_csms, 2, others, "B05.FR.05")
