"""Security events (A04)."""

from __future__ import annotations

from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.state import SecurityEvent


class Security:
    """Notes what happened, and tells the CSMS."""

    def __init__(self, station: StationContext, outbox: Outbox) -> None:
        self.station = station
        self.outbox = outbox
        self._noted: set[str] = set()

    def note(self, kind: str, *, once: bool = False) -> None:
        """Report a security event, across offline periods; ``once`` until the next connection."""
        if once and kind in self._noted:
            return
        self._noted.add(kind)
        self.station.memory.security_log.append(SecurityEvent(self.station.clock(), kind))
        event = {"type": kind, "timestamp": self.station.now()}
        self.outbox.keep("SecurityEventNotification", event)

    def connected(self) -> None:
        """Failed attempts before this moment are over."""
        self._noted.clear()
