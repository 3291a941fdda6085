"""TC_J_01_CS: meters are read at points of the clock while nobody charges."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.clock_values import expect_clock_values, measure_by_the_clock


@case("TC_J_01_CS")
async def test_tc_j_01_cs(fake_csms: FakeCSMS) -> None:
    # Before
    values = await measure_by_the_clock(fake_csms)
    # Main: three points of the clock, not three messages
    await expect_clock_values(fake_csms, 1, values, points=3)
