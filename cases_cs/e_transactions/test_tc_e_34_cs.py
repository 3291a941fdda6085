"""TC_E_34_CS: asked for no transaction in particular, a station has nothing left to tell."""

from harness.case import case
from harness.evidence.matchers import ABSENT
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.transaction_status import ask_uncrossed


@case("TC_E_34_CS")
async def test_tc_e_34_cs(fake_csms: FakeCSMS) -> None:
    # Main
    status = await ask_uncrossed(fake_csms, 1)
    await status.response(
        2, ongoingIndicator=ABSENT, messagesInQueue=False, requirement="E14.FR.06, E14.FR.08"
    )
