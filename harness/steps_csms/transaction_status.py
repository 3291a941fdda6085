"""A CSMS under test asks for the status of transactions (E14), by itself or when told to."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, matches
from harness.ocppj.inbox import Arrival
from harness.peers.fake_station import FakeStation


async def expect_status_request(
    station: FakeStation,
    step: int,
    answer_step: int,
    *,
    transaction: Any,
    since: int,
    requirement: str,
) -> None:
    """GetTransactionStatus comes; ``transaction`` ABSENT: for all transactions together.

    A CSMS that sees a gap may have asked ``since`` then: only where it has not, it is told to.
    """
    wanted = {"transactionId": transaction}

    def fits(arrival: Arrival) -> bool:
        return arrival.action == "GetTransactionStatus" and matches(wanted, arrival.payload)

    if not any(map(fits, station.inbox.unclaimed(since))):
        named = {} if transaction is ABSENT else wanted
        await station.operator.ask("GetTransactionStatus", **named)
    await station.expect(
        step,
        "GetTransactionStatus",
        since=since,
        prefer_match=True,
        requirement=requirement,
        **wanted,
    )
    station.note_step(answer_step, "GetTransactionStatusResponse")
