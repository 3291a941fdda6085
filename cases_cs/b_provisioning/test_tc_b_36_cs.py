"""TC_B_36_CS: setting an unknown variable is answered as such."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.UnknownVariable"


@case("TC_B_36_CS")
async def test_tc_b_36_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.variables.set(
        1, 2, {VARIABLE: "300"}, status="UnknownVariable", requirement="B05.FR.05"
    )
