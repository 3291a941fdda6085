"""TC_B_35_CS: setting an unknown component is answered as such."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS

VARIABLE = "UnknownComponent.OfflineThreshold"


@case("TC_B_35_CS")
async def test_tc_b_35_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await fake_csms.variables.set(
        1, 2, {VARIABLE: "300"}, status="UnknownComponent", requirement="B05.FR.04"
    )
