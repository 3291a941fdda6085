"""The connection to a station under test, which outlives the cases: endpoints and who listens."""

from __future__ import annotations

import ssl

from harness import pki
from harness.endpoint import Audience, Credentials, Endpoint
from harness.pki import Pki
from harness.sut import Sut
from harness.wire import Frame, Malformed, Wire


class StationLink:
    """The two endpoints of the fake CSMS, and the case that is told what happens at them."""

    def __init__(self, sut: Sut, keys: Pki) -> None:
        self._sut = sut
        self.keys = keys
        self.wire: Wire | None = None
        self.audience: Audience | None = None
        self.password = sut.password
        listen = sut.listen
        self._endpoints = [
            Endpoint(name, self, self._credentials, listen.host, listen.bind, port, self._tls())
            for name, port in (("1", listen.port), ("2", listen.port_2))
        ]

    def _tls(self, *, new_root: bool = False) -> ssl.SSLContext | None:
        """Profiles 2 and 3: a server certificate under the old or the new root (A00)."""
        profile = self._sut.security_profile
        if profile < 2:
            return None
        client_ca = self.keys.old_root.certificate if profile == 3 else None
        pair = self.keys.server_new if new_root else self.keys.server
        return pki.server_context([pair], client_ca)

    def serve_root(self, number: int, *, new: bool) -> None:
        """From the next handshake on, show a certificate under the new or the old root."""
        self.endpoint(number).tls = self._tls(new_root=new)

    def _credentials(self) -> Credentials:
        needed = self._sut.security_profile in (1, 2)
        return Credentials(self._sut.identity, self.password if needed else "")

    def endpoint(self, number: int) -> Endpoint:
        """Endpoint 1 or 2."""
        return self._endpoints[number - 1]

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
        self.wire = wire
        if self.audience is not None:
            self.audience.opened(wire)

    def closed(self, wire: Wire, how: str) -> None:
        """A connection ended."""
        if self.wire is wire:
            self.wire = None
        if self.audience is not None:
            self.audience.closed(wire, how)

    def refused(self, endpoint: str, reason: str) -> None:
        """An attempt came to nothing."""
        if self.audience is not None:
            self.audience.refused(endpoint, reason)

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message arrived at ``t`` (monotonic seconds)."""
        if self.audience is not None:
            await self.audience.received(wire, item, t)
