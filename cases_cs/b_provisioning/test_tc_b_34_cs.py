"""TC_B_34_CS: reading an attribute that a variable does not have is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_34_CS")
async def test_tc_b_34_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.variables.get(
        1,
        2,
        {VARIABLE: ABSENT},
        attribute="Target",
        status="NotSupportedAttributeType",
        requirement="B06.FR.08, B06.FR.03",
    )
