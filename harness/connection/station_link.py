"""The connection to a station under test, which outlives the cases: endpoints and who listens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from harness import clock
from harness.connection.endpoint import Audience, Endpoint, ExpectedCredentials, Service
from harness.connection.tls_server import Tls
from harness.ocppj.connection_attempt import Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import Frame, Malformed, Wire
from harness.pki.keys import Flaw, KeyPair
from harness.pki.keyset import Pki, forget_shown, note_shown, succeed
from harness.sut.model import Listen, Sut


@dataclass(frozen=True)
class Serving:
    """What an endpoint serves: a security profile, and with TLS the certificates that it shows.

    ``new_root``: those under the new root; ``flaw``: bad ones; ``old``: no TLS above 1.1.
    """

    profile: int
    new_root: bool = False
    flaw: Flaw | None = None
    old: bool = False


class StationLink:
    """The two endpoints of the fake CSMS, and the case that is told what happens at them.

    ``lasting``: the station is one that nobody can set up anew, so what it may have come to trust
    is known to later runs, even if this one is killed.
    """

    def __init__(self, sut: Sut, keys: Pki, *, lasting: bool = False) -> None:
        self._sut, self._lasting = sut, lasting
        #: Those that the station was set up with, and those of the root that it has now.
        self._first_keys = self.keys = keys
        self.wire: Wire | None = None
        self.audience: Audience | None = None
        #: When the station was last heard of.
        self.seen: datetime | None = None
        #: The security profile in which the station is; an upgrade changes it (A05).
        self.profile = sut.security_profile
        #: The one that the station was set up with, by whoever did that.
        self.commissioned = sut.security_profile
        self.passwords = (sut.password,)
        #: Passwords that cases have set; whether the station may have one of them, or another.
        self._set: list[str] = []
        #: What came up during the cases, and must not be written down.
        self.secrets: list[str] = []
        self._in_doubt = False
        #: Whether it is open which root the station trusts; whether a later run would know that.
        self._root_in_doubt = self._noted = keys.root_in_doubt
        #: The endpoint that a network profile of another security profile leads to, if any.
        self._offered = 0
        self._serving = [Serving(self.profile), Serving(self.profile)]
        #: What was served where the station came in last.
        self._came_by = self._serving[0]
        listen = sut.listen
        ports = (listen.port, listen.port_2)
        self._endpoints = [
            Endpoint(str(n + 1), self, self._service(n), listen.host, listen.bind, port)
            for n, port in enumerate(ports)
        ]

    def profile_at(self, number: int) -> int:
        """The security profile that endpoint 1 or 2 serves."""
        return self._serving[number - 1].profile

    def serve(self, number: int, serving: Serving) -> None:
        """From the next attempt on, serve so at endpoint 1 or 2."""
        self._serving[number - 1] = serving
        self._endpoints[number - 1].service = self._service(number - 1)
        self._note_root()

    def serve_root(self, number: int, *, new: bool) -> None:
        """From the next attempt on, show a certificate under the new or the old root."""
        self.serve(number, replace(self._serving[number - 1], new_root=new))

    def serve_profile(self, profile: int) -> None:
        """From the next attempt on, serve this security profile at both endpoints, and well."""
        self.profile = profile
        for number in (1, 2):
            self.serve(number, Serving(profile))

    def commission(self) -> None:
        """From the next attempt on, serve as a station wants it that is set up anew."""
        self.keys = self._first_keys
        self.accept_passwords(self._sut.password)
        self.serve_profile(self.commissioned)

    def succeed(self) -> None:
        """The station has given up the old root for the new one: serve and go on from there."""
        former, self.keys = self.keys, succeed(self.keys)
        self._came_by = replace(self._came_by, new_root=False)
        for number in (1, 2):
            self.serve_root(number, new=False)
        if self._lasting:
            forget_shown(former)

    def _note_root(self) -> None:
        """Keep for later runs that the station may have the new root alone, as long as it may."""
        if not self._lasting or self._root_in_doubt:
            return
        may = any(each.new_root for each in (*self._serving, self._came_by))
        if may != self._noted:
            (note_shown if may else forget_shown)(self.keys)
            self._noted = may

    @property
    def came_by_new_root(self) -> bool:
        """Whether the station last came in where a certificate under the new root was shown."""
        return self._came_by.new_root

    def offer(self, number: int, profile: int) -> None:
        """Serve this security profile there, where the station may be told to go."""
        self._offered = number
        self.serve(number, Serving(profile))

    def withdraw(self, number: int) -> None:
        """From the next attempt on, serve there what the station is in, whatever was offered."""
        if number == self._offered:
            self._offered = 0
            self.serve(number, replace(self._serving[number - 1], profile=self.profile))

    def serve_again(self) -> None:
        """From the next attempt on, serve well whatever the station may have.

        Its security profile and where it was told to go, roots in use and passwords that were set.
        """
        for number, serving in enumerate(self._serving, start=1):
            profile = serving.profile if number == self._offered else self.profile
            self.serve(number, Serving(profile, serving.new_root))
        if self._in_doubt:
            known = (*self.passwords, *self._set, self._sut.password)
            self.accept_passwords(*dict.fromkeys(known))

    def settle(self, wire: Wire) -> str:
        """The station is back, and shows what it has: serve that; what cannot be undone, or ""."""
        serving, shown = self._came_by, wire.attempt.credentials
        raised = serving.profile != self.profile
        self._offered, self._in_doubt = 0, False
        self.serve_profile(serving.profile)
        for number in (1, 2) if serving.new_root else ():
            self.serve_root(number, new=True)
        if shown is not None:
            self.accept_passwords(shown.password)
        return f"the security profile was raised to {serving.profile}" if raised else ""

    def set_password(self, password: str) -> None:
        """The station is told to have this password; whether it does is not known yet."""
        self._set.append(password)
        self._in_doubt = True

    def accept_passwords(self, *passwords: str) -> None:
        """From the next attempt on, these passwords are accepted."""
        self.passwords = passwords
        for number in (0, 1):
            self._endpoints[number].service = self._service(number)

    def _service(self, position: int) -> Service:
        serving = self._serving[position]
        passwords = self.passwords if serving.profile in (1, 2) else ()
        expected = ExpectedCredentials(
            self._sut.identity, tuple(each for each in passwords if each)
        )
        tls = self._tls(serving) if serving.profile > 1 else None
        return Service(expected, tls, self._sut.edition)

    def _tls(self, serving: Serving) -> Tls:
        """Profiles 2 and 3 (A00): a certificate for each kind of key (A00.FR.318)."""
        roots: tuple[Path, ...] = ()
        if serving.profile == 3:
            own = self._sut.station_ca_file
            ours = (*self.keys.earlier_roots, self.keys.old_root)
            roots = (*(each.certificate for each in ours), *([Path(own)] if own else []))
        return Tls(self._pairs(serving), roots, serving.old)

    def _pairs(self, serving: Serving) -> tuple[KeyPair, ...]:
        if serving.flaw is not None:
            return self.keys.bad_servers[serving.flaw]
        return self.keys.servers_new if serving.new_root else self.keys.servers

    def endpoint(self, number: int) -> Endpoint:
        """Endpoint 1 or 2."""
        return self._endpoints[number - 1]

    @property
    def listen(self) -> Listen:
        """Where it listens: the ports that were found, where the description leaves them open."""
        first, second = (endpoint.port for endpoint in self._endpoints)
        return replace(self._sut.listen, port=first, port_2=second)

    async def start(self) -> None:
        """Open both endpoints."""
        for endpoint in self._endpoints:
            await endpoint.start()

    async def stop(self) -> None:
        """Close both endpoints."""
        for endpoint in self._endpoints:
            await endpoint.stop()

    def opened(self, wire: Wire) -> None:
        """A station connected; a newer connection takes the place of an older one."""
        self.wire, self.seen = wire, clock.now()
        self._came_by = self._serving[int(wire.endpoint) - 1]
        if self._came_by.profile > 1:
            self._settle_root()
        if self.audience is not None:
            self.audience.opened(wire)

    def _settle_root(self) -> None:
        """The station has shown by which root it knows the CSMS."""
        in_doubt, self._root_in_doubt = self._root_in_doubt, False
        if in_doubt and self._came_by.new_root:
            self.succeed()
        elif in_doubt:
            for number in (1, 2):
                self.serve_root(number, new=False)
        self._note_root()

    def closed(self, wire: Wire, end: ConnectionEnd) -> None:
        """A connection ended."""
        if self.wire is wire:
            self.wire = None
        if self.audience is not None:
            self.audience.closed(wire, end)

    def refused(self, endpoint: str, reason: str, attempt: Attempt) -> None:
        """An attempt came to nothing."""
        serving = self._serving[int(endpoint) - 1]
        if self._root_in_doubt and serving.profile > 1 and not attempt.requested:
            self.serve_root(int(endpoint), new=not serving.new_root)
        if self.audience is not None:
            self.audience.refused(endpoint, reason, attempt)

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message arrived at ``t`` (monotonic seconds)."""
        self.seen = clock.now()
        if self.audience is not None:
            await self.audience.received(wire, item, t)
