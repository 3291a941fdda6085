"""TC_B_37_CS: setting an attribute that a variable does not have is answered as such."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_37_CS")
async def test_tc_b_37_cs(fake_csms: FakeCSMS) -> None:
    # Before
    before = await fake_csms.variables.read_number(VARIABLE)
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
    # The attribute that there is keeps its value.
    await fake_csms.variables.expect_value(2, VARIABLE, str(before), requirement="B05.FR.06")
