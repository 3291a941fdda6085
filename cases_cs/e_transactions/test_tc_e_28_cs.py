"""TC_E_28_CS: a station knows nothing of a transaction that it never did."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.transaction_status import an_unknown_id


@case("TC_E_28_CS")
async def test_tc_e_28_cs(fake_csms: FakeCSMS) -> None:
    # Main
    status = await fake_csms.send(1, "GetTransactionStatus", transactionId=an_unknown_id())
    await status.response(2, ongoingIndicator=False, messagesInQueue=False, requirement="E14.FR.01")
