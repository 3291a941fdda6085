"""TC_E_34_CS: asked for no transaction in particular, a station has nothing left to tell."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.transaction_status import expect_nothing_queued


@case("TC_E_34_CS")
async def test_tc_e_34_cs(fake_csms: FakeCSMS) -> None:
    # Main
    await expect_nothing_queued(
        fake_csms, 1, 2, None, ongoing=ABSENT, requirement="E14.FR.06, E14.FR.08"
    )
