"""The transaction that the fake station claims to have, and what it says of it when asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.ocppj.frames import Payload
from harness.sut.model import Token


@dataclass
class SimulatedTransaction:
    """What was announced of it so far.

    ``evse`` is where it is, and ``token`` whose it is, by default those that are configured.
    ``stop_point`` is the TxStopPoint of the station, by default that of Part 6, 3.1; ``queued``
    counts the events of an offline period that are still to be delivered; ``inoperative``: its
    connector becomes Unavailable when it has ended. ``measured``: by triggerReason, what makes the
    meterValue of an event when it comes.
    """

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    seq_no: int = 0
    started: bool = False
    authorized: bool = False
    plugged: bool = False
    energy: bool = False
    suspended: bool = False
    stop_authorized: bool = False
    ended: bool = False
    stop_point: str = "EVConnected"
    queued: int = 0
    inoperative: bool = False
    evse: int | None = None
    token: Token | None = None
    measured: dict[str, Callable[[], list[Payload]]] = field(
        default_factory=dict[str, Callable[[], list[Payload]]]
    )

    def told(self, event_type: str, *, offline: bool) -> None:
        """An event goes out; one that was kept may come after the end."""
        self.seq_no += 1
        self.started, self.ended = True, self.ended or event_type == "Ended"
        self.queued -= offline

    def status(self, request: Payload) -> dict[str, Any]:
        """GetTransactionStatusResponse to ``request`` (E14.FR.01-08)."""
        if "transactionId" not in request:
            return {"messagesInQueue": self.queued > 0}
        mine = self.started and request["transactionId"] == self.id
        return {
            "ongoingIndicator": mine and not self.ended,
            "messagesInQueue": mine and self.queued > 0,
        }
