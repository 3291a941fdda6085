"""GetTransactionStatus (E14): whether a transaction goes on, and whether anything is queued."""

from __future__ import annotations

import uuid
from typing import Any

from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import Sent

#: How often an event of the transaction may happen to be under way just when the question comes.
_CROSSINGS = 3


def an_unknown_id() -> str:
    """The id of a transaction that there never was."""
    return str(uuid.uuid4())


async def ask(csms: FakeCSMS, step: int, transaction_id: str | None) -> Sent:
    """Ask; without an id for all transactions together."""
    known = {} if transaction_id is None else {"transactionId": transaction_id}
    return await csms.send(step, "GetTransactionStatus", **known)


async def expect_nothing_queued(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    transaction_id: str | None,
    *,
    ongoing: Any,
    requirement: str,
) -> None:
    """Ask until no event crosses the question: one that does is rightly in the queue."""
    status, crossed = await _ask_once(csms, step, transaction_id)
    for _ in range(_CROSSINGS):
        if crossed:
            status, crossed = await _ask_once(csms, step, transaction_id)
    await status.response(
        answer_step,
        ongoingIndicator=ongoing,
        messagesInQueue=False,
        requirement=requirement,
    )


async def _ask_once(csms: FakeCSMS, step: int, transaction_id: str | None) -> tuple[Sent, bool]:
    """The question, and whether an event crossed it that may have been in the queue."""
    mark = csms.inbox.mark
    status = await ask(csms, step, transaction_id)
    answer = await status.settled()
    if answer is None or answer.frame.payload.get("messagesInQueue") is not True:
        return status, False
    crossed = await csms.inbox.wait(lambda: _told(csms, mark), csms.sut.limits.silence)
    return status, crossed is not None


def _told(csms: FakeCSMS, since: int) -> bool | None:
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since)
    return any(a.action == "TransactionEvent" for a in arrivals) or None
