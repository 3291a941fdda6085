"""TC_E_28_CS: a station knows nothing of a transaction that it never did."""

import uuid

from harness.case import case
from harness.fake_csms import FakeCSMS


@case("TC_E_28_CS")
async def test_tc_e_28_cs(fake_csms: FakeCSMS) -> None:
    # Main
    status = await fake_csms.send(1, "GetTransactionStatus", transactionId=str(uuid.uuid4()))
    await status.response(2, ongoingIndicator=False, messagesInQueue=False, requirement="E14.FR.01")
