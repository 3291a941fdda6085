"""GetTransactionStatus (E14): whether a transaction goes on, and whether anything is queued."""

from __future__ import annotations

import uuid

from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import Sent

#: How often an event of the transaction may happen to be under way just when the question comes.
_CROSSINGS = 3


def an_unknown_id() -> str:
    """The id of a transaction that there never was."""
    return str(uuid.uuid4())


async def ask_uncrossed(csms: FakeCSMS, step: int, **transaction: str | None) -> Sent:
    """Ask until no event crosses the question: one that does is rightly in the queue.

    ``transaction``: the transactionId, or nothing to ask about all transactions together.
    """
    status, crossed = await _ask_once(csms, step, transaction)
    for _ in range(_CROSSINGS):
        if crossed:
            status, crossed = await _ask_once(csms, step, transaction)
    return status


async def _ask_once(
    csms: FakeCSMS, step: int, transaction: dict[str, str | None]
) -> tuple[Sent, bool]:
    """The question, and whether an event crossed it that may have been in the queue."""
    mark = csms.mark()
    status = await csms.send(step, "GetTransactionStatus", **transaction)
    answer = await status.settled()
    if answer is None or answer.frame.payload.get("messagesInQueue") is not True:
        return status, False
    crossed = await csms.inbox.wait(lambda: _told(csms, mark), csms.sut.limits.silence)
    return status, crossed is not None


def _told(csms: FakeCSMS, since: int) -> bool | None:
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since)
    return any(a.action == "TransactionEvent" for a in arrivals) or None
