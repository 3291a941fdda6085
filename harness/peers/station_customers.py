"""What the fake station, which stores nothing of anybody, tells a CSMS of customers (N09, N10)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from harness.ocppj.frames import Payload
from harness.peers.answering import Reply
from harness.peers.answers import now

#: The ways to name a customer; a request has exactly one of them (N09.FR.09).
_WAYS = ("idToken", "customerCertificate", "customerIdentifier")
Send = Callable[[str, Payload], Awaitable[None]]


def customer_answer(payload: Payload, send: Send) -> Reply:
    """The answer to a CustomerInformationRequest, and the one notification that follows."""
    if sum(way in payload for way in _WAYS) != 1:
        return Reply({"status": "Invalid"})
    if not payload["report"] and not payload["clear"]:
        return Reply({"status": "Rejected"})  # N09.FR.07
    told = {
        "requestId": payload["requestId"],
        "generatedAt": now(),
        "seqNo": 0,
        "data": "No data found" if payload["report"] else "Data cleared",
    }
    return Reply({"status": "Accepted"}, then=lambda: send("NotifyCustomerInformation", told))
