"""TC_B_33_CS: reading an unknown variable is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.UnknownVariable"


@case("TC_B_33_CS")
async def test_tc_b_33_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.variables.get(
        1, 2, {VARIABLE: ABSENT}, status="UnknownVariable", requirement="B06.FR.07"
    )
