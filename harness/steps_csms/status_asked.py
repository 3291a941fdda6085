"""A CSMS under test asks for the status of transactions (E14), by itself or when told to."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import ABSENT, compare
from harness.ocppj.inbox import Arrival, Opened
from harness.peers.fake_station import FakeStation


def back_online(station: FakeStation) -> int:
    """Where in the inbox the connection in use began: what was asked before is another matter."""
    opened = (i for i, event in enumerate(station.inbox.events) if isinstance(event, Opened))
    return max(opened, default=0)


async def status_asked(
    station: FakeStation, step: int, transaction_id: Any, requirement: str, *, since: int
) -> Arrival:
    """GetTransactionStatus comes; ``transaction_id`` ABSENT: for all transactions together.

    A CSMS that sees a gap may have asked ``since`` then: only where it has not, it is told to.
    """
    wanted = {"transactionId": transaction_id}

    def fits(arrival: Arrival) -> bool:
        return arrival.action == "GetTransactionStatus" and all(
            check.ok for check in compare(wanted, arrival.payload)
        )

    if not any(map(fits, station.inbox.unclaimed(since))):
        named = {} if transaction_id is ABSENT else wanted
        await station.operator.ask("GetTransactionStatus", **named)
    return await station.expect(
        step,
        "GetTransactionStatus",
        since=since,
        prefer_match=True,
        requirement=requirement,
        **wanted,
    )
