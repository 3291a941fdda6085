"""The link to the CSMS: network profiles, back-off, TLS and Basic authentication.

Part 2, B09 and B10; Part 4, sections 3 and 5.3.
"""

from __future__ import annotations

import base64
import logging
import random
import ssl
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.protocol import State
from websockets.typing import Subprotocol

from harness import clock
from harness.reference.rpc import Answer, Filter, Payload, Rpc
from harness.reference.station.certificates import Certificates
from harness.reference.station.context import StationContext
from harness.reference.station.own_certificate import OwnCertificates
from harness.reference.station.security import Security

#: Seconds between two attempts where RetryBackOffWaitMinimum is 0.
SHORTEST_PAUSE = 0.1
log = logging.getLogger(__name__)


#: What OpenSSL calls a server that speaks no TLS from 1.2 on.
_TOO_OLD = ("UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "TLSV1_ALERT_PROTOCOL_VERSION")


class _NoWildcards(ssl.SSLObject):
    """TLS that refuses a server whose certificate names it by a wildcard."""

    def do_handshake(self) -> None:
        super().do_handshake()
        shown: Any = self.getpeercert() or {}
        names = [value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS"]
        if any("*" in name for name in names):
            raise ssl.SSLCertVerificationError(f"a wildcard among {names}")


class ConnectedStation(StationContext, Protocol):
    """Whoever a connection is made for."""

    filters: list[Filter]
    new_message_id: Callable[[], str]

    def password(self) -> str:
        """BasicAuthPassword."""
        ...

    async def connected(self, slot: int, switched: bool) -> None:
        """A connection is there; ``switched``: with another profile than the last."""
        ...

    def disconnected(self) -> None:
        """The connection is gone."""
        ...

    async def handle(self, action: str, payload: Payload) -> Answer:
        """Answer a CALL of the CSMS."""
        ...


class Link:
    """Keeps a connection to the CSMS: the first after a boot at once, later ones with back-off."""

    def __init__(
        self,
        station: ConnectedStation,
        certificates: Certificates,
        own: OwnCertificates,
        security: Security,
    ) -> None:
        self.station = station
        self.certificates = certificates
        self.own = own
        self.security = security
        self.rpc: Rpc | None = None
        self.connection: ClientConnection | None = None
        self.slot: int | None = None
        self.priority: list[int] = []
        self.hold_until = 0.0
        self.immediately = False
        self.tried: set[int] = set()
        self.connection_type = ClientConnection
        self.subprotocols = [Subprotocol(station.config.edition.subprotocol)]
        # Stations of a fleet come back at different moments, one and the same always at the same.
        self.random = random.Random(station.config.identity)

    async def run(self) -> None:
        """Connect and serve for ever; ends by being cancelled."""
        self.priority = self.read_priority()
        self.tried.clear()
        after_loss = False
        while True:
            connection, slot = await self.establish(after_loss)
            await self._serve(connection, slot)
            after_loss = True

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that neither side has begun to close."""
        return self.connection is not None and self.connection.state is State.OPEN

    async def close(self, code: int = 1000) -> None:
        """Close the connection in an orderly way, if there is one."""
        if self.connection is not None:
            await self.connection.close(code)

    def cut(self) -> None:
        """Lose the connection without a word, as at a loss of power."""
        if self.connection is not None:
            self.connection.transport.abort()

    async def renew(self) -> None:
        """Drop the connection and come back at once, as after a change of password (A01)."""
        self.immediately = True
        await self.close()

    def hold(self, seconds: float) -> None:
        """Do not connect again before that time is over (B03.FR.04)."""
        self.hold_until = clock.monotonic() + seconds

    def read_priority(self) -> list[int]:
        """Slots to try, in order; read when the station boots."""
        slots = self.station.model.members("OCPPCommCtrlr.NetworkConfigurationPriority")
        return [int(slot) for slot in slots]

    # Establishing

    async def establish(self, after_loss: bool) -> tuple[ClientConnection, int]:
        """A connection and its slot, after as many attempts as it takes."""
        await clock.sleep(max(0.0, self.hold_until - clock.monotonic()))
        waited = after_loss and self.hold_until == 0.0 and not self.immediately
        self.hold_until, self.immediately = 0.0, False
        found = await self._try_profiles(self.order(after_loss), wait_first=waited)
        while found is None:
            self.own.alternate()
            found = await self.fall_back()
        return found

    def order(self, after_loss: bool) -> list[int]:
        """Slots in the order of the attempts: by priority, after a loss the active one first."""
        if after_loss and self.slot is not None:
            return [self.slot, *(slot for slot in self.priority if slot != self.slot)]
        return self.priority

    async def fall_back(self) -> tuple[ClientConnection, int] | None:
        """What to do when every profile failed (B10.FR.07, B10.FR.08, B10.FR.09)."""
        last = self.station.memory.last_slot
        if self.station.config.reconnect == "all" or last is None:
            await clock.sleep(self.back_off(0))
            return await self._try_profiles(self.priority, wait_first=False)
        failures = 0
        while True:
            await clock.sleep(self.back_off(failures))
            connection = await self.attempt(last)
            if connection is not None:
                return connection, last
            failures += 1

    async def _try_profiles(
        self, slots: list[int], wait_first: bool
    ) -> tuple[ClientConnection, int] | None:
        """NetworkProfileConnectionAttempts for each slot (B10.FR.03)."""
        for position, slot in enumerate(slots):
            attempts = self.station.model.number("OCPPCommCtrlr.NetworkProfileConnectionAttempts")
            for failures in range(max(1, attempts)):
                first = failures == 0
                if not first or (wait_first and position == 0):
                    doublings = failures if wait_first and position == 0 else failures - 1
                    await clock.sleep(self.back_off(doublings))
                connection = await self.attempt(slot)
                if connection is not None:
                    return connection, slot
        return None

    def back_off(self, doublings: int) -> float:
        """Seconds to wait before an attempt (Part 4, section 5.3)."""
        model = self.station.model
        most = model.number("OCPPCommCtrlr.RetryBackOffRepeatTimes")
        minimum = model.number("OCPPCommCtrlr.RetryBackOffWaitMinimum")
        spread = model.number("OCPPCommCtrlr.RetryBackOffRandomRange")
        shortest = max(minimum, SHORTEST_PAUSE)
        return float(shortest * 2 ** min(doublings, most)) + self.random.uniform(0, spread)

    async def attempt(self, slot: int) -> ClientConnection | None:
        """Connect once with the profile in ``slot``; None when that failed."""
        profile = self.station.memory.profiles.get(slot)
        if profile is None:
            return None
        certificates = self.certificates
        self.tried.add(slot)
        for roots in certificates.root_choices(slot, self.tried):
            try:
                connection = await self.open(profile, roots)
            except ssl.SSLCertVerificationError as error:
                log.info("%s: CSMS certificate refused: %s", self.station.config.identity, error)
                self.security.note("InvalidCsmsCertificate", once=True)
            except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
                if getattr(error, "reason", "") in _TOO_OLD:
                    self.security.note("InvalidTLSVersion", once=True)  # A00.FR.316
                log.info("%s: no connection: %s", self.station.config.identity, error)
                return None
            else:
                if connection.subprotocol != self.station.config.edition.subprotocol:
                    await connection.close()
                    return None
                certificates.connected_with(roots)
                self.tried.clear()
                return connection
        return None

    async def open(self, profile: Payload, roots: list[str]) -> ClientConnection:
        """Open a WebSocket as a NetworkConnectionProfile says."""
        ping = self.station.model.number("OCPPCommCtrlr.WebSocketPingInterval")
        address = str(profile["ocppCsmsUrl"])
        host = urlsplit(address).hostname or ""
        return await connect(
            self.connection_url(address),
            host=self.station.config.addresses.get(host, host),
            subprotocols=self.subprotocols,
            additional_headers=self.credentials(profile),
            ssl=self.tls(profile, roots) if address.startswith("wss:") else None,
            open_timeout=self.station.config.connect_timeout,
            close_timeout=2,
            ping_interval=ping or None,
            max_size=None,
            proxy=None,
            create_connection=self.connection_type,
        )

    def connection_url(self, endpoint: str) -> str:
        """The endpoint with the identity appended (Part 4, section 3.1.1)."""
        return f"{endpoint.rstrip('/')}/{quote(self.station.config.identity, safe='')}"

    def credentials(self, profile: Payload) -> dict[str, str]:
        """HTTP Basic authentication of the security profiles 1 and 2 (A00.FR.202 to 205)."""
        password = self.station.password()
        if int(profile["securityProfile"]) not in (1, 2) or not password:
            return {}
        pair = f"{self.station.config.identity}:{password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}

    def tls(self, profile: Payload, roots: list[str]) -> ssl.SSLContext:
        """TLS 1.2 or later, trusting only the installed CSMS root certificates (A00.FR.308)."""
        config = self.station.config
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version, context.maximum_version = config.oldest_tls, config.newest_tls
        if config.ciphers:
            context.set_ciphers(config.ciphers)
        if not self.station.model.flag("SecurityCtrlr.AllowCSMSTLSWildcards"):
            context.sslobject_class = _NoWildcards
        # A root signed by the one it replaces must be a trust anchor by itself (Part 2, 2.2.6).
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        if roots:
            context.load_verify_locations(cadata="\n".join(roots))
        if int(profile["securityProfile"]) == 3:
            self.own.show(context)
        return context

    # Serving

    async def _serve(self, connection: ClientConnection, slot: int) -> None:
        switched = self.station.memory.last_slot not in (None, slot)
        self.connection, self.slot = connection, slot
        self.station.memory.last_slot = slot
        self.rpc = Rpc(
            connection, self.station.handle, self.station.filters, self.station.new_message_id
        )
        try:
            await self.station.connected(slot, switched)
            await self.rpc.serve()
        except (ValueError, LookupError, TypeError) as error:
            log.warning("%s: unreadable frame: %s", self.station.config.identity, error)
            await connection.close(1002)
        finally:
            self.rpc = self.connection = None
            self.station.disconnected()
