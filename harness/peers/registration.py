"""What a station may send, by what its BootNotifications were answered (Part 2, B01 to B03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from harness.ocppj.inbox import Arrival, Inbox, Traffic


class Registration(StrEnum):
    """What the station may send, by its last BootNotification (Part 2, B01 to B03)."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"
    BOOTING = "booting"


@dataclass
class Registrations:
    """How a station was registered in the course of a case."""

    inbox: Inbox
    current: Registration = Registration.ACCEPTED
    _at_first: Registration = field(init=False)
    _log: list[tuple[int, Registration]] = field(default_factory=list[tuple[int, Registration]])

    def __post_init__(self) -> None:
        self._at_first = self.current

    def enter(self, registration: Registration) -> None:
        """From now on the station is registered so."""
        self.current = registration
        self._log.append((self.inbox.mark, registration))

    def lets(self, action: str, registration: Registration | None = None) -> bool:
        """Whether the station may send ``action`` (B02.FR.02, B02.FR.09, B03.FR.07)."""
        state = registration or self.current
        if action == "BootNotification" or state is Registration.ACCEPTED:
            return True
        return state is Registration.PENDING and self.asked_for(action)

    def asked_for(self, action: str) -> bool:
        """Whether the station was told to send ``action`` by trigger or report request."""
        sent = [e.frame for e in self.inbox.events if isinstance(e, Traffic) and e.sent]
        if action == "NotifyReport":
            return any(f.action in ("GetBaseReport", "GetReport") for f in sent)
        return any(
            f.action == "TriggerMessage" and f.payload.get("requestedMessage") == action
            for f in sent
        )

    def breaches(self) -> Iterator[tuple[Arrival, str]]:
        """CALLs that came before the registration that they need, and the state at that time."""
        for arrival in self.inbox.arrivals:
            state = self._at(arrival.mark)
            if not self.lets(arrival.action, state):
                yield arrival, state.value

    def _at(self, mark: int) -> Registration:
        earlier = [state for since, state in self._log if since <= mark]
        return earlier[-1] if earlier else self._at_first
