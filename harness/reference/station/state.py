"""What a station is and remembers: plain data, without behaviour of OCPP."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from harness.reference.rpc import Payload


@dataclass(frozen=True, eq=False)
class Token:
    """An idToken; two are equal when both fields are, the text without case (C01.FR.25)."""

    id_token: str
    type: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str]:
        return self.id_token.casefold(), self.type

    @staticmethod
    def of(data: Payload) -> Token:
        """The token of an IdTokenType object."""
        return Token(data["idToken"], data["type"])

    def as_json(self) -> Payload:
        """The IdTokenType object."""
        return {"idToken": self.id_token, "type": self.type}


@dataclass
class Authorization:
    """An authorized driver at an EVSE; what was not reported yet goes with the next event."""

    token: Token
    group: str = ""
    remote_start_id: int | None = None
    reservation_id: int | None = None
    trigger: str = "Authorized"
    reported: bool = False
    #: Bound to its EVSE by choice, not by the station's guess.
    chosen: bool = True


@dataclass
class Transaction:
    """A transaction; ``stopped_reason`` is remembered from the moment its end was caused."""

    id: str
    token: Token | None = None
    seq_no: int = 0
    evse_reported: bool = False
    stopped_reason: str = ""
    begin_due: bool = False
    begin_values: list[Payload] = field(default_factory=list[Payload])
    #: What its last event tells of the time in between, in the order in which it was measured.
    later_values: list[Payload] = field(default_factory=list[Payload])
    #: Whether a signed value of it has been told, so that its key was.
    key_told: bool = False


@dataclass
class Evse:
    """The physical model of an EVSE: bay, plug, EV and power path."""

    id: int
    connectors: tuple[int, ...]
    bay_occupied: bool = False
    plugged: int | None = None
    ev_ready: bool = True
    authorization: Authorization | None = None
    transaction: Transaction | None = None
    charging_state: str = "Idle"
    #: No energy although authorized: the central authority refused the token (E05.FR.02).
    withheld: bool = False
    #: Reading in Wh up to which a refused driver may go on charging (E05.FR.03).
    energy_limit: float | None = None
    #: The connector that still holds a cable that the EV let go of, and whose token unlocks it.
    cable_left: int | None = None
    locked_for: Token | None = None
    #: The lock of a socket is closed around the plug.
    bolted: bool = False
    #: The lock did not close: nothing is charged (G05.FR.01).
    lock_failed: bool = False
    unlocked: asyncio.Event = field(default_factory=asyncio.Event)
    energy_wh: float = 0.0
    charging_since: float | None = None

    def __post_init__(self) -> None:
        self.unlocked.set()

    def lock_for(self, token: Token) -> None:
        """Keep the cable until this token is presented."""
        self.locked_for = token
        self.unlocked.clear()

    def unlock(self) -> None:
        """Let the cable go."""
        self.locked_for, self.bolted = None, False
        self.unlocked.set()

    @property
    def locked(self) -> bool:
        """Whether a cable could not be taken out."""
        return self.locked_for is not None or (self.bolted and self.plugged is not None)


@dataclass
class Reservation:
    """A reservation of one EVSE."""

    id: int
    evse: int
    token: Token
    group: str
    expires: datetime


@dataclass(frozen=True)
class Known:
    """IdTokenInfo of a token, and when the CSMS said so."""

    info: Payload
    updated: datetime

    def outlived(self, now: datetime, life_time: float) -> bool:
        """Whether a cached one is too old, ``life_time`` in seconds (C10.FR.10, C10.FR.13)."""
        if "cacheExpiryDateTime" in self.info:
            return now >= datetime.fromisoformat(str(self.info["cacheExpiryDateTime"]).upper())
        return (now - self.updated).total_seconds() > life_time

    @property
    def status(self) -> str:
        """AuthorizationStatusEnumType."""
        return str(self.info["status"])

    @property
    def group(self) -> str:
        """The idToken of the group, or an empty text."""
        group: Payload = self.info.get("groupIdToken") or {}
        return str(group.get("idToken", ""))


@dataclass(frozen=True)
class Certificate:
    """An installed certificate: its type of GetCertificateIdUseEnumType, and PEM text."""

    type: str
    pem: str


@dataclass(frozen=True)
class OwnCertificate:
    """The station's own certificate: PEM chain and PEM key, which never leaves the station."""

    chain: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class SecurityEvent:
    """A line of the security log."""

    at: datetime
    type: str


@dataclass
class Outgoing:
    """A message on its way to the CSMS, with what to do with its answer."""

    action: str
    payload: Payload
    then: Callable[[Payload], None] | None = None
    lost: Callable[[], None] | None = None
    attempts: int = 0


#: (EVSE id, connector id); EVSE 0 is the station, connector 0 the whole EVSE.
Place = tuple[int, int]


@dataclass
class Memory:
    """What survives a reboot and a loss of power."""

    inoperative: set[Place] = field(default_factory=set[Place])
    reservations: dict[int, Reservation] = field(default_factory=dict[int, Reservation])
    queue: deque[Outgoing] = field(default_factory=deque[Outgoing])
    profiles: dict[int, Payload] = field(default_factory=dict[int, Payload])
    certificates: list[Certificate] = field(default_factory=list[Certificate])
    fallback_root: Certificate | None = None
    own_certificate: OwnCertificate | None = None
    former_certificate: OwnCertificate | None = None
    cache: dict[Token, Known] = field(default_factory=dict[Token, Known])
    local_list: dict[Token, Known] = field(default_factory=dict[Token, Known])
    local_list_version: int = 0
    #: What was stored by hand about customers, by their identifier (N09).
    customers: dict[str, str] = field(default_factory=dict[str, str])
    #: What was noted in the security log, the oldest first (A04.FR.04).
    security_log: deque[SecurityEvent] = field(
        default_factory=lambda: deque[SecurityEvent](maxlen=1000)
    )
    last_slot: int | None = None
    event_id: int = 0
    #: Writes down what has to outlive the process, too.
    save: Callable[[], None] = lambda: None
