"""The embedded CSMS: its endpoint, and what an operator can have it do."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from harness.reference.csms.access import Access
from harness.reference.csms.answers import Answers, token_key
from harness.reference.csms.authority import Authority
from harness.reference.csms.config import CsmsConfig, Listener
from harness.reference.csms.holdings import Holdings, NotOffered
from harness.reference.csms.requests import NotPossible, Requests
from harness.reference.csms.stations import BootPlan, Station
from harness.reference.rpc import Answer, CallError, Filter, Payload, Rpc

log = logging.getLogger(__name__)


class Csms:
    """A complete small CSMS.

    ``access``, ``answers``, ``requests``, ``holdings`` and ``authority`` hold its behaviour in
    small methods that may be replaced on the instance; ``filters`` see every message before it is
    sent.
    """

    def __init__(self, config: CsmsConfig) -> None:
        self.config = config
        self.filters: list[Filter] = []
        self.connection_type = ServerConnection
        self.new_message_id: Callable[[], str] = lambda: str(uuid.uuid4())
        self.stations: dict[str, Station] = {}
        self.access = Access(config, self.stations)
        self.authority = Authority(*config.authority) if config.authority else None
        self.answers = Answers(config, self.signed)
        self.requests = Requests(config, self.access)
        self.holdings = Holdings()
        self.listeners = [
            Listener((config.security_profile,), config.tls, config.port),
            *config.others,
        ]
        self._servers: list[Server] = []
        for identity in config.stations:
            self.stations[identity] = self._new_station(identity)

    @property
    def url(self) -> str:
        """The OCPP-J endpoint URL, without an identity."""
        return self.urls[self.config.security_profile]

    @property
    def urls(self) -> dict[int, str]:
        """The OCPP-J endpoint URL for each security profile."""
        name = self.config.name or self.config.host
        found: dict[int, str] = {}
        for place, listener in enumerate(self.listeners):
            scheme = "ws" if listener.tls is None else "wss"
            url = f"{scheme}://{name}:{self._port(place)}{self.config.path}"
            found = {**dict.fromkeys(listener.profiles, url), **found}
        return found

    def _port(self, place: int) -> int:
        if place >= len(self._servers):
            return self.listeners[place].port
        return next(iter(self._servers[place].sockets)).getsockname()[1]

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken, or a TLS file cannot be read.
        """
        for listener in self.listeners:
            server = await serve(
                self.connected,
                self.config.host,
                listener.port,
                ssl=None if listener.tls is None else self.access.context(listener.tls),
                process_request=partial(self._decide, listener),
                select_subprotocol=self._select_subprotocol,
                open_timeout=self.config.handshake_timeout,
                create_connection=self.connection_type,
            )
            self._servers.append(server)

    async def stop(self) -> None:
        """Close every connection and stop listening; harmless when not started."""
        for server in self._servers:
            server.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    def select_subprotocol(self, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """The sub-protocol of the edition or none (Part 4, 3.3)."""
        wanted = Subprotocol(self.config.edition.subprotocol)
        return wanted if wanted in offered else None

    # Looked up at each connection, so that a replaced method is used at once.
    def _decide(
        self, listener: Listener, connection: ServerConnection, request: Request
    ) -> Response | None:
        return self.access.decide(connection, request, listener)

    def signed(self, station: Station, csr: str) -> str | None:
        """The PEM chain for a station's CSR, None where nobody signs.

        Raises:
            ValueError: it cannot be signed.
        """
        if self.config.sign_csr is not None:
            return self.config.sign_csr(csr)
        if self.authority is None:
            return None
        return self.authority.sign(csr, self.access.serial(station.identity))

    def _select_subprotocol(
        self,
        connection: ServerConnection,  # noqa: ARG002  # websockets' signature
        offered: Sequence[Subprotocol],
    ) -> Subprotocol | None:
        return self.select_subprotocol(offered)

    # Buttons

    async def ask(self, station: str, action: str, payload: Payload) -> Payload:
        """Send this request to a station; the answer, or all answers in one where it was split.

        Raises:
            NotPossible: unknown or unconnected station, not allowed now, no valid request.
            CallError, TimeoutError, Disconnected: as ``Rpc.call``.
        """
        return await self.requests.ask(self._station(station), action, payload)

    async def arrange(self, what: str, **facts: Any) -> None:
        """Bring the CSMS into a state.

        ``boot_status(station, status, interval=None, trigger=False)``: how BootNotifications are
        answered from now on, ``trigger`` has it send TriggerMessage by itself after each, and
        accept the one that follows;
        ``trigger_boot(station)``: ask for a BootNotification, which is accepted;
        ``token(id_token, type, status, group=None)``: what it says of an idToken;
        ``station(station, password, serial_number)``: provision one;
        ``no_station(station)``: forget one;
        ``other_station(station, other, known, password, serial_number)``: one beside it;
        ``password(station, password)``: accept this password from now on;
        ``security_profile(station, profile)``: have it use this security profile from now on;
        ``disconnect(station)``: close its connection.

        Raises:
            NotOffered: there is no such arrangement, or its facts are wrong.
            NotPossible: unknown or unconnected station, or not allowed now.
        """
        offered = {
            "boot_status": self.arrange_boot_status,
            "trigger_boot": self.arrange_trigger_boot,
            "token": self.arrange_token,
            "station": self.arrange_station,
            "no_station": self.arrange_no_station,
            "other_station": self.arrange_other_station,
            "password": self.arrange_password,
            "security_profile": self.arrange_security_profile,
            "disconnect": self.arrange_disconnect,
        }
        if what not in offered:
            raise NotOffered(f"this CSMS cannot arrange {what!r}")
        try:
            arrangement = offered[what](**facts)
        except TypeError as error:
            raise NotOffered(f"arrange {what!r}: {error}") from error
        await arrangement

    async def look(self, what: str, **facts: Any) -> Any:
        """What the CSMS holds of a station; see ``Holdings`` for the shapes.

        Raises:
            NotOffered: it holds no such thing, or the facts are wrong.
            NotPossible: unknown station.
        """
        station = self._station(facts.pop("station", ""))
        return self.holdings.look(station, what, **facts)

    # Arrangements

    async def arrange_boot_status(
        self,
        station: str,
        status: str,
        interval: int | None = None,
        trigger: bool = False,
    ) -> None:
        """Answer BootNotifications so from now on; by a trigger, only the next one."""
        known, plan = self._station(station), BootPlan(status, interval, trigger)
        known.boot_plans.clear()
        if trigger:
            known.boot_plans.append(plan)
        known.boot_plan = BootPlan("Accepted") if trigger else plan

    async def arrange_trigger_boot(self, station: str) -> None:
        """Have the station boot again before its interval is over, and accept it (B02, F06)."""
        await self.arrange_boot_status(station, "Accepted")
        await self.ask(station, "TriggerMessage", {"requestedMessage": "BootNotification"})

    async def arrange_token(
        self, id_token: str, type: str, status: str, group: str | None = None
    ) -> None:
        """Say this of an idToken."""
        key = token_key(id_token, type)
        self.answers.tokens[key] = status
        self.answers.groups.pop(key, None)
        if group is not None:
            self.answers.groups[key] = group

    async def arrange_station(
        self, station: str, password: str = "", serial_number: str = ""
    ) -> None:
        """Know a station by its identity, password and serial number."""
        self.access.credentials.set(station, password)
        self.access.serial_numbers[station] = serial_number or station
        self.stations.setdefault(station, self._new_station(station))

    async def arrange_no_station(self, station: str) -> None:
        """Forget a station and close its connection."""
        await self.arrange_disconnect(station)
        self.access.credentials.remove(station)
        self.stations.pop(station, None)

    async def arrange_other_station(
        self, station: str, other: str, known: bool, password: str = "", serial_number: str = ""
    ) -> None:
        """Know another station beside this one, or forget it."""
        self._station(station)
        if known:
            await self.arrange_station(other, password, serial_number)
        elif other in self.stations:
            await self.arrange_no_station(other)

    async def arrange_password(self, station: str, password: str) -> None:
        """Accept this password, and no other."""
        self.access.credentials.set(self._station(station).identity, password)

    async def arrange_security_profile(self, station: str, profile: int) -> None:
        """Expect the station in this security profile, and in no other."""
        if profile not in self.urls:
            raise NotPossible(f"there is no endpoint for security profile {profile}")
        known = self._station(station)
        known.security_profile, known.upgrade = profile, None

    async def arrange_disconnect(self, station: str) -> None:
        """Close the station's connection, if it has one."""
        connection = self._station(station).connection
        if connection is not None:
            await connection.close()

    # Connections

    async def connected(self, connection: ServerConnection) -> None:
        request = connection.request
        if connection.subprotocol is None or request is None:
            return  # returning closes the connection
        station = self.stations.get(self.access.identity(request.path))
        if station is None:
            return
        old = station.connection
        rpc = Rpc(connection, partial(self._answer, station), self.filters, self.new_message_id)
        station.rpc, station.connection = rpc, connection
        try:
            if old is not None:
                await self.replace(old)
            await rpc.serve()
        finally:
            if station.rpc is rpc:
                station.rpc, station.connection = None, None

    async def replace(self, old: ServerConnection) -> None:
        """One connection per station: the new one replaces the old one."""
        await old.close()

    async def _answer(self, station: Station, action: str, payload: Payload) -> Answer:
        trigger = bool(station.boot_plans) and station.boot_plans[0].trigger
        response = await self._response(station, action, payload)
        if action == "BootNotification":
            return Answer(response, partial(self._after_boot, station, payload, trigger))
        if action == "SignCertificate" and response["status"] == "Accepted":
            return Answer(response, partial(self.requests.after_csr, station))
        return Answer(response)

    async def _response(self, station: Station, action: str, payload: Payload) -> Payload:
        try:
            return await self.answers.answer(station, action, payload)
        except CallError:
            raise
        except Exception as error:  # whatever it is, the station gets an answer (Part 4, 4.3)
            log.exception("%s of %s", action, station.identity)
            raise CallError("InternalError") from error

    async def _after_boot(self, station: Station, payload: Payload, trigger: bool) -> None:
        matches = self.answers.serial_number_matches(station, payload)
        if not matches and station.connection is not None:
            await station.connection.close()  # B01.FR.12
            return
        await self.requests.after_boot(station, trigger=trigger)

    def _new_station(self, identity: str) -> Station:
        station = Station(identity, security_profile=self.config.security_profile)
        if self.config.boot_pending:
            station.boot_plans.append(BootPlan("Pending"))
        return station

    def _station(self, identity: str) -> Station:
        if identity not in self.stations:
            raise NotPossible(f"the CSMS knows no station {identity!r}")
        return self.stations[identity]
