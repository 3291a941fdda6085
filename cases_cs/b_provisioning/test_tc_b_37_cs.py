"""TC_B_37_CS: setting an attribute that a variable does not have is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.side_effects import expect_nothing_else_changed, settable_values

VARIABLE = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_37_CS")
async def test_tc_b_37_cs(fake_csms: FakeCSMS) -> None:
    # Before
    others = await settable_values(fake_csms, VARIABLE)
    declared = fake_csms.sut.configured.offline_threshold
    before = await fake_csms.variables.read_number(VARIABLE, declared)
    await fake_csms.variables.remember(VARIABLE)
    # Main
    await fake_csms.variables.set(
        1,
        2,
        {VARIABLE: str(before + 1)},
        attribute="Target",
        status="NotSupportedAttributeType",
        requirement="B05.FR.06, B05.FR.03",
    )
    # The attribute that there is keeps its value, the other one is not there afterwards either.
    await fake_csms.variables.expect_value(2, VARIABLE, str(before), requirement="B05.FR.06")
    await fake_csms.variables.get(
        2,
        2,
        {VARIABLE: ABSENT},
        attribute="Target",
        status="NotSupportedAttributeType",
        requirement="B05.FR.06",
    )
    await expect_nothing_else_changed(fake_csms, 2, others, "B05.FR.06")
