"""How a connection ended: who closed it, and with which WebSocket close code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from websockets.exceptions import ConnectionClosed


class ClosedBy(StrEnum):
    """Who closed a connection; nobody, where it was lost without a closing handshake."""

    HARNESS = "harness"
    SYSTEM = "system under test"
    NOBODY = "nobody"


@dataclass(frozen=True)
class ConnectionEnd:
    """The end of a connection; ``code`` and ``reason`` as in the close frame of who closed it."""

    by: ClosedBy
    code: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        if self.by is ClosedBy.NOBODY:
            return "lost without a closing handshake"
        return f"closed by the {self.by} ({f'{self.code} {self.reason}'.strip()})"


def end_of(closed: ConnectionClosed) -> ConnectionEnd:
    """The end that the WebSocket library tells of."""
    if closed.rcvd and not closed.rcvd_then_sent:
        # The other side has answered our close frame with its code.
        return ConnectionEnd(ClosedBy.HARNESS, closed.rcvd.code)
    if closed.rcvd:
        return ConnectionEnd(ClosedBy.SYSTEM, closed.rcvd.code, closed.rcvd.reason)
    if closed.sent:
        return ConnectionEnd(ClosedBy.HARNESS, closed.sent.code, closed.sent.reason)
    return ConnectionEnd(ClosedBy.NOBODY)
