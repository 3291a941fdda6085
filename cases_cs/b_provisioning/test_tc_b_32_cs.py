"""TC_B_32_CS: reading an unknown component is answered as such."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "UnknownComponent.OfflineThreshold"


@case("TC_B_32_CS")
async def test_tc_b_32_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.variables.get(
        1, 2, {VARIABLE: ABSENT}, status="UnknownComponent", requirement="B06.FR.06"
    )
