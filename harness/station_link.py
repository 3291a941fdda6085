"""The connection to a station under test, which outlives the cases: endpoints and who listens."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from harness.endpoint import Audience, Credentials, Endpoint
from harness.sut import Sut
from harness.wire import Frame, Malformed, Wire


class StationLink:
    """The two endpoints of the fake CSMS, and the case that is told what happens at them."""

    def __init__(self, sut: Sut, tls: Callable[[int], ssl.SSLContext | None]) -> None:
        self._sut = sut
        self.wire: Wire | None = None
        self.audience: Audience | None = None
        self.password = sut.password
        listen = sut.listen
        self._endpoints = [
            Endpoint(
                str(number), self, self._credentials, listen.host, listen.bind, port, tls(number)
            )
            for number, port in ((1, listen.port), (2, listen.port_2))
        ]

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
