"""What a CSMS holds of each station, and the credentials it knows it by."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from websockets.asyncio.server import ServerConnection

from harness.reference.csms.variables import Variables
from harness.reference.rpc import Payload, Rpc

RECENT = 1000


@dataclass(frozen=True)
class BootPlan:
    """How coming BootNotifications are answered; ``interval`` in seconds, None for the default."""

    status: str
    interval: int | None = None
    trigger: bool = False


@dataclass
class Report:
    """The parts of a report by seqNo; it is complete when every part up to the last one is here."""

    parts: dict[int, list[Payload]] = field(default_factory=dict[int, list[Payload]])
    last: int | None = None

    @property
    def complete(self) -> bool:
        """Whether seqNo 0 up to the part with tbc false have arrived (B07.FR.10)."""
        return self.last is not None and all(n in self.parts for n in range(self.last + 1))

    @property
    def data(self) -> list[Payload]:
        """The reported data in the order of the parts."""
        return [item for number in sorted(self.parts) for item in self.parts[number]]


@dataclass
class Transaction:
    """A transaction as its events tell it."""

    id: str
    events: dict[int, Payload] = field(default_factory=dict[int, Payload])

    @property
    def started(self) -> bool:
        """Whether its first event is here."""
        return any(event["eventType"] == "Started" for event in self.events.values())

    @property
    def ended(self) -> bool:
        """Whether its last event is here."""
        return any(event["eventType"] == "Ended" for event in self.events.values())

    def latest(self, *path: str) -> Any:
        """The value at ``path`` in the latest event that has it, None if none has."""
        for number in sorted(self.events, reverse=True):
            value: Any = self.events[number]
            for name in path:
                value = value.get(name) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # JSON objects are untyped
            if value is not None:
                return value  # pyright: ignore[reportUnknownVariableType]  # as above
        return None


@dataclass
class Station:
    """A station; ``registration`` is the status last answered to its BootNotification, "" if none.

    ``security_profile`` is the one it has to use, ``upgrade`` a higher one that it was told to use
    and has not used yet. ``boot_plan``: how its boots are answered after those of ``boot_plans``.
    ``granted`` counts the messages it may send while Pending because they were asked for, by
    action; ``reports`` holds an entry for each report that was asked for or has come; ``signed``
    are the CertificateSignedRequests that are to be sent; ``numbers`` are the ids it chooses by
    itself, out of the way of the small ones that operators like to choose.
    """

    identity: str
    registration: str = ""
    security_profile: int = 0
    upgrade: int | None = None
    certificate_name: str = ""
    rpc: Rpc | None = None
    connection: ServerConnection | None = None
    boot: Payload = field(default_factory=dict[str, Any])
    boot_plan: BootPlan = BootPlan("Accepted")
    boot_plans: deque[BootPlan] = field(default_factory=deque[BootPlan])
    granted: dict[str, float] = field(default_factory=dict[str, float])
    variables: Variables = field(default_factory=Variables)
    reports: dict[int, Report] = field(default_factory=dict[int, Report])
    transactions: dict[str, Transaction] = field(default_factory=dict[str, Transaction])
    connectors: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    network_profiles: dict[int, Payload] = field(default_factory=dict[int, Payload])
    received: deque[tuple[str, Payload]] = field(
        default_factory=lambda: deque[tuple[str, Payload]](maxlen=RECENT)
    )
    signed: deque[Payload] = field(default_factory=deque[Payload])
    numbers: count[int] = field(default_factory=lambda: count(1001))


class Credentials:
    """Salted hashes of the passwords (A01.FR.08)."""

    ROUNDS = 2000

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._hashes: dict[str, tuple[bytes, bytes]] = {}
        for identity, password in passwords.items():
            self.set(identity, password)

    def set(self, identity: str, password: str) -> None:
        """Accept this password, and no other, from now on."""
        salt = secrets.token_bytes(16)
        self._hashes[identity] = (salt, self._hash(password, salt))

    def remove(self, identity: str) -> None:
        """Forget a station."""
        self._hashes.pop(identity, None)

    def match(self, identity: str, password: str) -> bool:
        """Whether the password is the station's."""
        if identity not in self._hashes:
            return False
        salt, expected = self._hashes[identity]
        return hmac.compare_digest(expected, self._hash(password, salt))

    def _hash(self, password: str, salt: bytes) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, self.ROUNDS)
